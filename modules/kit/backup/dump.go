package backup

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"medoffice/modules/kit/db"
)

// tool is a program of PostgreSQL that knows this database. What it needs to
// connect is in its environment: arguments can be read by everybody on the machine.
func tool(ctx context.Context, d *db.DB, name string, args ...string) (*exec.Cmd, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, fmt.Errorf("%s is not installed: it comes with the client programs of PostgreSQL (postgresql-client)", name)
	}
	env, err := clientEnv(d.DSN)
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, path, args...)
	c.Env = append(os.Environ(), env...)
	return c, nil
}

// clientEnv says in the variables of libpq what a database URL says.
func clientEnv(dsn string) ([]string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, errors.New("the database URL is not valid")
	}
	env := []string{"PGCONNECT_TIMEOUT=10", "PGAPPNAME=medoffice"}
	add := func(name, value string) {
		if value != "" {
			env = append(env, name+"="+value)
		}
	}
	add("PGHOST", u.Hostname())
	add("PGPORT", u.Port())
	add("PGUSER", u.User.Username())
	password, _ := u.User.Password()
	add("PGPASSWORD", password)
	add("PGDATABASE", strings.TrimPrefix(u.Path, "/"))
	q := u.Query()
	for name, as := range map[string]string{
		"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
		"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
	} {
		add(as, q.Get(name))
	}
	return env, nil
}

// run runs a tool; what it complains about becomes one line.
func run(c *exec.Cmd) error {
	var complaint bytes.Buffer
	c.Stderr = &complaint
	err := c.Run()
	if err == nil {
		return nil
	}
	return complained(c, err, complaint.String())
}

func complained(c *exec.Cmd, err error, text string) error {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	name := c.Path[strings.LastIndexByte(c.Path, '/')+1:]
	if line = strings.TrimPrefix(line, name+": "); line == "" {
		line = err.Error()
	}
	return fmt.Errorf("%s: %s", name, line)
}

// Dump writes a PostgreSQL database as it is at this instant into the file, in
// the custom format of pg_dump, and checks that it can be listed.
func Dump(ctx context.Context, d *db.DB, file string) error {
	c, err := tool(ctx, d, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-password", "--file="+file)
	if err != nil {
		return err
	}
	if err := run(c); err != nil {
		return err
	}
	return listed(ctx, d, file)
}

// listed checks the table of contents of a dump.
func listed(ctx context.Context, d *db.DB, file string) error {
	c, err := tool(ctx, d, "pg_restore", "--list", file)
	if err != nil {
		return err
	}
	var contents bytes.Buffer
	c.Stdout = &contents
	if err := run(c); err != nil {
		return err
	}
	if !strings.Contains(contents.String(), "TABLE DATA public schema_migrations") {
		return errors.New("the dump holds no medical office")
	}
	return nil
}

// DumpVersion returns the migration version of the database in a dump.
func DumpVersion(ctx context.Context, d *db.DB, file string) (version int, err error) {
	if err := listed(ctx, d, file); err != nil {
		return 0, err
	}
	c, err := tool(ctx, d, "pg_restore", "--data-only", "--table=schema_migrations", "--file=-", file)
	if err != nil {
		return 0, err
	}
	var text bytes.Buffer
	c.Stdout = &text
	if err := run(c); err != nil {
		return 0, err
	}
	rows := false
	for s := bufio.NewScanner(&text); s.Scan(); {
		switch line := s.Text(); {
		case strings.HasPrefix(line, "COPY public.schema_migrations (version,"):
			rows = true
		case line == `\.`:
			rows = false
		case rows:
			first, _, _ := strings.Cut(line, "\t")
			n, err := strconv.Atoi(first)
			if err != nil {
				return 0, errors.New("the dump does not tell its version")
			}
			version = max(version, n)
		}
	}
	return version, nil
}

// How a restore gets the database for itself. It waits for a lock for less than
// PostgreSQL takes to look for a deadlock, so that no request falls victim to
// one; where a busy office never lets it in, it ends the connections of others.
const (
	finish    = 300 * time.Millisecond // what was let in may end
	lockWait  = 400 * time.Millisecond
	lockPause = 100 * time.Millisecond
	askNicely = 8 // times
)

// Undump replaces everything in the database by the dump, and then runs the
// statements then, in one transaction: all of it happens, or nothing. It first
// locks the tables doors, which every request reads first, and waits there
// without other locks, so that running requests can finish. Then it locks all
// tables.
func Undump(ctx context.Context, d *db.DB, file string, doors, then []string) error {
	all, err := tables(ctx, d)
	if err != nil {
		return err
	}
	d.SQL().SetMaxIdleConns(0) // a connection of ours must not be among those that end
	defer d.SQL().SetMaxIdleConns(db.PostgresConns)
	end := time.Now().Add(lockWithin)
	for try := 0; ; try++ {
		err = undump(ctx, d, file, alone(all, doors, try >= askNicely), then)
		if err == nil || time.Now().After(end) || !inTheWay(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockPause):
		}
	}
}

// inTheWay reports whether others held what a restore needs.
func inTheWay(err error) bool {
	return strings.Contains(err.Error(), "lock timeout") || strings.Contains(err.Error(), "deadlock detected")
}

// alone begins a transaction that has the tables for itself, and drops them.
func alone(tables, doors []string, end bool) string {
	begin := fmt.Sprintf("BEGIN;\nSET LOCAL lock_timeout = %d;\nSET LOCAL client_min_messages = warning;\n", lockWait.Milliseconds())
	if len(tables) == 0 {
		return begin
	}
	list, first := strings.Join(tables, ", "), "public."+strings.Join(doors, ", public.")
	begin += fmt.Sprintf("LOCK TABLE %s IN ACCESS EXCLUSIVE MODE;\nSELECT pg_sleep(%g);\n", first, finish.Seconds())
	if end {
		begin += "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid();\n"
	}
	return begin + "LOCK TABLE " + list + " IN ACCESS EXCLUSIVE MODE;\nDROP TABLE " + list + " CASCADE;\n"
}

func tables(ctx context.Context, d *db.DB) (list []string, err error) {
	rows, err := d.SQL().QueryContext(ctx, "SELECT format('public.%I', tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		list = append(list, name)
	}
	return list, rows.Err()
}

// undump pipes what pg_restore makes of the dump into psql, between a beginning
// and an end of ours. Without the COMMIT at the end psql leaves nothing behind.
func undump(ctx context.Context, d *db.DB, file, begin string, then []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	psql, err := tool(ctx, d, "psql", "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--output="+os.DevNull)
	if err != nil {
		return err
	}
	script, err := tool(ctx, d, "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--file=-", file)
	if err != nil {
		return err
	}
	in, err := psql.StdinPipe()
	if err != nil {
		return err
	}
	var complaint bytes.Buffer
	psql.Stderr = &complaint
	if err := psql.Start(); err != nil {
		return err
	}
	fed := feed(in, script, begin, then)
	if err := psql.Wait(); err != nil {
		return complained(psql, err, complaint.String())
	}
	return fed
}

func feed(in io.WriteCloser, script *exec.Cmd, begin string, then []string) error {
	defer func() { _ = in.Close() }()
	if _, err := io.WriteString(in, begin); err != nil {
		return err
	}
	script.Stdout = in
	if err := run(script); err != nil {
		return err // nothing is committed
	}
	end := "SELECT pg_catalog.set_config('search_path', 'public', false);\n" + strings.Join(then, ";\n") + ";\nCOMMIT;\n"
	_, err := io.WriteString(in, end)
	return err
}
