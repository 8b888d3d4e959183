package access_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"medoffice/graph"
	"medoffice/modules/access"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// socket opens a WebSocket with the token and returns it after the answer to
// connection_init.
func socket(t *testing.T, o *officetest.Office, token string) (*websocket.Conn, context.Context, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	url := "ws" + strings.TrimPrefix(o.Server().URL, "http") + graph.Path
	conn, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}}) //nolint:bodyclose // of a hijacked connection
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	if err := conn.Write(ctx, websocket.MessageText, []byte(`{"type":"connection_init","payload":{"Authorization":"Bearer `+token+`"}}`)); err != nil {
		t.Fatal(err)
	}
	for {
		_, text, err := conn.Read(ctx)
		if err != nil || strings.Contains(string(text), "connection_ack") {
			return conn, ctx, err
		}
	}
}

func TestSocketsEndWithTheirSessions(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		if _, _, err := socket(t, o, "mo_ses_UNKNOWN"); websocket.CloseStatus(err) != 4403 {
			t.Fatalf("a socket with a wrong token: %v", err)
		}
		add(t, o, "ines", kit.Nurse)
		ines := in(t, o, "ines", password)
		conn, ctx, err := socket(t, o, ines.Token)
		if err != nil || o.Access.Streams() != 1 {
			t.Fatal(err, o.Access.Streams())
		}
		ines.Do(`mutation { signOut(input: {}) { userErrors { code } } }`, nil, nil)
		if _, _, err := conn.Read(ctx); err == nil || ctx.Err() != nil {
			t.Fatalf("the socket outlives its session: %v", err)
		}
		conn, ctx, err = socket(t, o, in(t, o, "ines", password).Token)
		if err != nil {
			t.Fatal(err)
		}
		o.Access.Recheck(o.System())
		if o.Access.Streams() != 1 {
			t.Fatal("a good session was ended")
		}
		o.Clock.Add(access.SessionLength + time.Second)
		o.Access.Recheck(o.System())
		if _, _, err := conn.Read(ctx); err == nil || ctx.Err() != nil {
			t.Fatalf("the socket outlives its session: %v", err)
		}
	})
}
