package graph_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"medoffice/graph"
	"medoffice/modules"
	"medoffice/modules/kit"
	"medoffice/modules/kit/clock"
	"medoffice/modules/officetest"
)

// shaky is a clock that stops the machine when it is asked.
type shaky struct {
	*clock.Fake
	armed atomic.Bool
}

func (s *shaky) Now() time.Time {
	if s.armed.Load() {
		panic(planted)
	}
	return s.Fake.Now()
}

// TestP43PanicsOutsideOfTheExecutor: they are answered like those inside, by
// each way, and the server goes on.
func TestP43PanicsOutsideOfTheExecutor(t *testing.T) {
	c, log := &shaky{Fake: clock.NewFake(officetest.Morning)}, &officetest.Log{}
	o, err := modules.Open(t.Context(), modules.Config{
		Database: officetest.Database(t, "sqlite"), Clock: c, Log: slog.New(slog.NewJSONHandler(log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := graph.Serve(o, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = slog.NewLogLogger(slog.NewJSONHandler(log, nil), slog.LevelError)
	server.Start()
	defer server.Close()
	token, err := o.Access.IssueToken(kit.System(t.Context(), "test"), "nurse", kit.Nurse, "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	socket, resp, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(server.URL, "http")+graph.Path,
		&websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body != nil {
		_ = resp.Body.Close()
	}
	defer func() { _ = socket.CloseNow() }()
	say := func(text string) string {
		if err := socket.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
		_, answer, err := socket.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return string(answer)
	}
	const asking = `{"query": "{ rateLimit { cost } }"}`
	subscribe := func(id string) string { return say(`{"type":"subscribe","id":"` + id + `","payload":` + asking + `}`) }
	say(`{"type":"connection_init"}`)
	c.armed.Store(true)
	for name, headers := range map[string]map[string]string{
		"graph": nil, "sign-in": {"Authorization": "Bearer " + token}, "stream": {"Accept": "text/event-stream"},
	} {
		status, text := raw(t, server.URL, asking, headers)
		if (status == http.StatusOK) != (name == "stream") || !strings.Contains(text, `"INTERNAL"`) || !strings.Contains(text, "req_") {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	if text := subscribe("1"); !strings.Contains(text, `"error"`) || !strings.Contains(text, `"INTERNAL"`) {
		t.Errorf("a socket: %s", text)
	}
	c.armed.Store(false)
	if text := subscribe("2"); !strings.Contains(text, `"cost"`) {
		t.Errorf("the socket afterwards: %s", text)
	}
	if status, text := raw(t, server.URL, asking, nil); status != http.StatusOK {
		t.Errorf("the server afterwards: %d %s", status, text)
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
	if leaks := officetest.Leaks(log.String(), token); len(leaks) > 0 || strings.Count(log.String(), `"msg":"panic"`) != 4 {
		t.Errorf("%v in %s", leaks, log)
	}
}
