package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"medoffice/ent/visit"
	"medoffice/ent/vitalreading"
	"medoffice/graph"
	"medoffice/modules/kit"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/officetest"
)

// postgraphile starts PostGraphile on the database and returns its address. It
// is installed by npm ci in graph/peers.
func postgraphile(b *testing.B, database string) string {
	b.Helper()
	dir, err := filepath.Abs("peers")
	if err != nil {
		b.Fatal(err)
	}
	node := filepath.Join(dir, "node_modules", ".bin", "node")
	if _, err := os.Stat(node); err != nil {
		b.Skip("PostGraphile is not installed: npm ci in graph/peers")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	_ = free.Close()
	ctx, cancel := context.WithCancel(context.Background())
	p := exec.CommandContext(ctx, node, filepath.Join(dir, "node_modules", ".bin", "postgraphile"))
	p.Dir, p.Env = dir, append(os.Environ(), "GRAPHILE_ENV=production", "NODE_ENV=production", "DATABASE_URL="+database, "PORT="+port)
	var said bytes.Buffer
	p.Stdout, p.Stderr = &said, &said
	if err := p.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { cancel(); _ = p.Wait() })
	url := "http://127.0.0.1:" + port + "/graphql"
	for range 300 {
		if r, err := http.Post(url, "application/json", strings.NewReader(`{"query":"{__typename}"}`)); err == nil { //nolint:noctx // a test waits for its own child
			_ = r.Body.Close()
			return url
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.Fatalf("PostGraphile does not start: %s", said.String())
	return ""
}

// peer is one who answers a question.
type peer struct {
	name, url, token string
	query            string
	took             []time.Duration
	total            time.Duration
}

func (p *peer) ask(client *http.Client, vars map[string]any) ([]byte, error) {
	body, err := json.Marshal(map[string]any{"query": p.query, "variables": vars})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	a, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = a.Body.Close() }()
	text, err := io.ReadAll(a.Body)
	if err == nil && (a.StatusCode != http.StatusOK || bytes.Contains(text, []byte(`"errors"`))) {
		err = fmt.Errorf("%s: %d %.600s", p.name, a.StatusCode, text)
	}
	return text, err
}

// round has so many callers ask, each a few times.
func (p *peer) round(b *testing.B, client *http.Client, vars []map[string]any) {
	b.Helper()
	start := time.Now()
	var all sync.WaitGroup
	var mu sync.Mutex
	for n := range atOnce {
		all.Go(func() {
			for i := range inARow {
				began := time.Now()
				if _, err := p.ask(client, vars[(n+i)%len(vars)]); err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				p.took = append(p.took, time.Since(began))
				mu.Unlock()
			}
		})
	}
	all.Wait()
	p.total += time.Since(start)
}

// BenchmarkPeers asks medoffice with everything that it holds, medoffice by
// resolvers, medoffice without sign-in, limits and audit, and PostGraphile, which
// has none of them, for the same rows of one database, over HTTP, by turns.
func BenchmarkPeers(b *testing.B) {
	database := officetest.Database(b, "postgres")
	o := officetest.Open(b, database)
	var ids []map[string]any
	for range 25 {
		id := patientWith(b, o, 10)
		moreVitals(b, o, id)
		ids = append(ids, map[string]any{"id": id})
	}
	beside(b, o, database, questions[:3], ids)
}

// BenchmarkPeersBoard asks for the rooms of a site with who is in them.
func BenchmarkPeersBoard(b *testing.B) {
	database := officetest.Database(b, "postgres")
	o := officetest.Open(b, database)
	if err := o.Seed(b.Context(), &kit.Demo{Seed: 3, Patients: 60, Now: officetest.Morning}); err != nil {
		b.Fatal(err)
	}
	room, err := o.Deps.DB.Client(o.System()).Room.Query().First(o.System())
	if err != nil {
		b.Fatal(err)
	}
	beside(b, o, database, questions[3:], []map[string]any{{"id": room.LocationID}})
}

// moreVitals adds four readings to each visit of a patient.
func moreVitals(b *testing.B, o *officetest.Office, patient string) {
	b.Helper()
	err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
		c := o.Deps.DB.Client(ctx)
		visits, err := c.Visit.Query().Where(visit.PatientID.EQ(patient)).All(ctx)
		if err != nil {
			return err
		}
		for _, v := range visits {
			for _, sign := range []vitalreading.Sign{vitalreading.SignHEART_RATE, vitalreading.SignBODY_TEMPERATURE, vitalreading.SignRESPIRATORY_RATE, vitalreading.SignOXYGEN_SATURATION} {
				err := c.VitalReading.Create().SetPatientID(patient).SetVisitID(v.ID).SetSign(sign).SetCodeText(string(sign)).
					SetValue(decimal.Of(37.5)).SetUnit("1").SetTakenAt(v.StartedAt).Exec(ctx)
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func beside(b *testing.B, o *officetest.Office, database string, list []question, ids []map[string]any) {
	b.Helper()
	if _, err := o.Deps.DB.SQL().ExecContext(b.Context(), "ANALYZE"); err != nil {
		b.Fatal(err)
	}
	simple, err := graph.Serve(o.Office, graph.Options{Limits: o.Limits, Simple: true})
	if err != nil {
		b.Fatal(err)
	}
	served, resolved, bare := httptest.NewServer(o.Handler), httptest.NewServer(simple), httptest.NewServer(graph.BareCompiled(b, o.Office))
	defer served.Close()
	defer resolved.Close()
	defer bare.Close()
	other := postgraphile(b, database)
	// PostGraphile does not compress its answers; medoffice would if asked to.
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * atOnce, DisableCompression: true}}
	token := o.As(kit.Physician).Token
	for _, q := range list {
		b.Run(q.name, func(b *testing.B) {
			vars := ids
			if !strings.Contains(q.ours, "$id") {
				vars = []map[string]any{{}}
			}
			peers := []*peer{
				{name: "compiled", url: served.URL + graph.Path, token: token, query: q.ours},
				{name: "simple", url: resolved.URL + graph.Path, token: token, query: q.ours},
				{name: "postgraphile", url: other, query: q.theirs},
				{name: "bare", url: bare.URL, query: q.ours},
			}
			for _, p := range peers {
				text, err := p.ask(client, vars[0])
				if err != nil {
					b.Fatal(err)
				}
				b.Logf("%s: %d bytes", p.name, len(text))
				p.round(b, client, vars)
				p.took, p.total = nil, 0
			}
			for b.Loop() {
				for _, p := range peers {
					p.round(b, client, vars)
				}
			}
			for _, p := range peers {
				slices.Sort(p.took)
				b.ReportMetric(float64(len(p.took))/p.total.Seconds(), p.name+"/s")
				b.ReportMetric(float64(p.took[len(p.took)*99/100].Microseconds())/1000, p.name+"-p99-ms")
			}
			b.ReportMetric(float64(peers[2].total)/float64(peers[0].total), "x-postgraphile")
			b.ReportMetric(float64(peers[2].total)/float64(peers[3].total), "bare-x-postgraphile")
			b.ReportMetric(float64(peers[1].total)/float64(peers[0].total), "x-simple")
		})
	}
}

// question is asked of medoffice and, for the same rows, of PostGraphile.
type question struct{ name, ours, theirs string }

var questions = []question{
	{"chart", chart, `query($id: String!) { patientByRowId(rowId: $id) { rowId mrn familyName givenName namePrefix nameSuffix birthDate deceased deceasedAt sex
		allergiesByPatientId(first: 25) { nodes { rowId substanceCodeText substanceCode substanceCodeSystem criticality status } }
		problemsByPatientId(first: 50) { nodes { rowId codeText code codeSystem onset status } }
		immunizationsByPatientId(first: 50) { nodes { rowId vaccineCodeText vaccineCode occurredAt status } }
		weights: vitalReadingsByPatientId(condition: {sign: "BODY_WEIGHT"}, first: 20, orderBy: TAKEN_AT_DESC) { nodes { takenAt value unit interpretation } }
		pressures: vitalReadingsByPatientId(condition: {sign: "BLOOD_PRESSURE"}, first: 20, orderBy: TAKEN_AT_DESC) { nodes { takenAt systolic diastolic unit interpretation } }
		visitsByPatientId(first: 10, orderBy: STARTED_AT_DESC) { totalCount pageInfo { hasNextPage endCursor }
			edges { cursor node { rowId startedAt visitStageByStageId { name category } reason providerByProviderId { familyName givenName namePrefix nameSuffix } roomByRoomId { name }
				vitalReadingsByVisitId(first: 25, orderBy: TAKEN_AT_DESC) { nodes { codeText value unit interpretation takenAt } } } } } } }`},
	{
		"list", `{ patients(first: 25, orderBy: {field: NAME}) { pageInfo { hasNextPage endCursor } nodes { id mrn name { family given } birthDate
		visits(first: 1) { nodes { id startedAt status reason } } vitals(first: 1) { nodes { sign value unit takenAt } } } } }`,
		`{ allPatients(first: 25, orderBy: SORT_NAME_ASC) { pageInfo { hasNextPage endCursor } nodes { rowId mrn familyName givenName birthDate
		visitsByPatientId(first: 1, orderBy: STARTED_AT_DESC) { nodes { rowId startedAt status reason } } vitalReadingsByPatientId(first: 1, orderBy: TAKEN_AT_DESC) { nodes { sign value unit takenAt } } } } }`,
	},
	{
		"nested", `{ patients(first: 20, orderBy: {field: NAME}) { nodes { id mrn visits(first: 10) { nodes { id startedAt reason vitals(first: 6) { nodes { id sign value unit takenAt } } } } } } }`,
		`{ allPatients(first: 20, orderBy: SORT_NAME_ASC) { nodes { rowId mrn visitsByPatientId(first: 10, orderBy: STARTED_AT_DESC) { nodes { rowId startedAt reason
		vitalReadingsByVisitId(first: 6, orderBy: TAKEN_AT_DESC) { nodes { rowId sign value unit takenAt } } } } } } }`,
	},
	{
		"board", `query($id: ID!) { rooms(location: $id) { id name status statusSince version visit { id stageSince version stage { name category color }
		patient { name { family given } } provider { name { family given } } checklist { item doneAt } } } }`,
		`query($id: String!) { allRooms(condition: {locationId: $id}) { nodes { rowId name status statusSince version visitByVisitId { rowId stageSince version
		visitStageByStageId { name category color } patientByPatientId { familyName givenName } providerByProviderId { familyName givenName }
		visitChecksByVisitId { nodes { item doneAt } } } } } }`,
	},
}
