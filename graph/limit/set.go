package limit

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Line is one limit as it is printed: its values by column, "-" for none.
type Line struct {
	Name, Unit, Guards string
	Values             []string
}

// Lines lists the limits of callers: interactive, report, trusted.
func (t *Table) Lines() []Line { return lines(t.Interactive, t.Report, t.Trusted) }

// ServerLines lists the limits of the whole process.
func (t *Table) ServerLines() []Line { return lines(t.Server) }

func lines(columns ...any) []Line {
	shape := reflect.TypeOf(columns[0])
	list := make([]Line, shape.NumField())
	for i := range list {
		tag := shape.Field(i).Tag
		list[i] = Line{Name: tag.Get("limit"), Unit: tag.Get("unit"), Guards: tag.Get("guards")}
		for _, c := range columns {
			list[i].Values = append(list[i].Values, text(reflect.ValueOf(c).Field(i)))
		}
	}
	return list
}

func text(v reflect.Value) string {
	if d, ok := v.Interface().(time.Duration); ok {
		return d.String()
	}
	if v.Int() == None {
		return "-"
	}
	return strconv.FormatInt(v.Int(), 10)
}

// Set changes one limit, as in "interactive.depth=12", "report.deadline=90s",
// "server.running=512" or "all.bucket=-", which lifts it for all callers.
func (t *Table) Set(setting string) error {
	name, value, ok := strings.Cut(setting, "=")
	column, limit, dotted := strings.Cut(name, ".")
	if !ok || !dotted {
		return fmt.Errorf("a limit is set as COLUMN.NAME=VALUE, not %q", setting)
	}
	columns, ok := map[string][]any{
		"interactive": {&t.Interactive}, "report": {&t.Report}, "trusted": {&t.Trusted},
		"all": {&t.Interactive, &t.Report, &t.Trusted}, "server": {&t.Server},
	}[column]
	if !ok {
		return fmt.Errorf("there is no column %q of limits: interactive, report, trusted, all, server", column)
	}
	for _, c := range columns {
		if err := set(reflect.ValueOf(c).Elem(), limit, name, value); err != nil {
			return err
		}
	}
	return nil
}

func set(of reflect.Value, limit, name, value string) error {
	for i := range of.NumField() {
		if of.Type().Field(i).Tag.Get("limit") == limit {
			return assign(of.Field(i), name, value)
		}
	}
	return fmt.Errorf("there is no limit %q: medoffice limits lists them", name)
}

func assign(field reflect.Value, name, value string) error {
	if _, ok := field.Interface().(time.Duration); ok {
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 {
			return fmt.Errorf("%s is a time above zero, as 10s, not %q", name, value)
		}
		field.SetInt(int64(d))
		return nil
	}
	if value == "-" {
		field.SetInt(None)
		return nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		return fmt.Errorf("%s is a whole number, or - for no limit, not %q", name, value)
	}
	field.SetInt(int64(n))
	return nil
}

// Over reports whether n is more than the limit allows.
func Over(n, limit int) bool { return limit != None && n > limit }
