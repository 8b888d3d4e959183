// Command drive measures a running office from outside: charts, lists and
// boards over HTTP, and the way from a commit to the frames of many
// subscribers. It takes the address and tokens from the demo.json that
// medoffice demo writes, talks to this machine only and stops by itself.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "drive:", err)
		os.Exit(1)
	}
}

type office struct {
	URL    string
	Tokens map[string]string
	client *http.Client
}

// maxTime and maxParallel bound what a run may ask of a server.
const (
	maxTime     = time.Minute
	maxParallel = 256
	maxWatchers = 2_000
)

func run() error {
	file := flag.String("demo", "medoffice-data/demo/demo.json", "the demo.json of the running office")
	seconds := flag.Duration("for", 5*time.Second, "how long each document is sent, at most a minute")
	parallel := flag.Int("parallel", 16, "requests at once, at most 256")
	watchers := flag.Int("watchers", 1000, "subscribers of one board, at most 2000; 0 for none")
	flag.Parse()
	o, err := read(*file)
	if err != nil {
		return err
	}
	o.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: maxParallel}, Timeout: 30 * time.Second}
	patients, location, err := o.look()
	if err != nil {
		return err
	}
	fmt.Printf("%-12s %10s %9s %9s %9s\n", "document", "requests/s", "p50 ms", "p99 ms", "bytes")
	for _, d := range documents {
		at := func(n int64) map[string]any {
			return map[string]any{"id": patients[int(n)%len(patients)], "location": location}
		}
		if err := o.send(d, at, min(*seconds, maxTime), min(*parallel, maxParallel)); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
	}
	if *watchers == 0 {
		return nil
	}
	return o.watch(location, min(*watchers, maxWatchers))
}

func read(file string) (*office, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%w (start medoffice demo first)", err)
	}
	var o office
	if err := json.Unmarshal(text, &o); err != nil {
		return nil, err
	}
	u, err := url.Parse(o.URL)
	if err != nil || u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost" && u.Hostname() != "::1" {
		return nil, fmt.Errorf("%s is not this machine", o.URL)
	}
	return &o, nil
}

// look finds patients and a location to ask about.
func (o *office) look() (patients []string, location string, err error) {
	var got struct {
		Data struct {
			Patients  struct{ Nodes []struct{ ID string } }
			Locations []struct{ ID string }
		}
	}
	text, err := o.post("PHYSICIAN", "{ patients(first: 100) { nodes { id } } locations { id } }", nil)
	if err != nil {
		return nil, "", err
	}
	if err := json.Unmarshal(text, &got); err != nil {
		return nil, "", err
	}
	for _, p := range got.Data.Patients.Nodes {
		patients = append(patients, p.ID)
	}
	if len(patients) == 0 || len(got.Data.Locations) == 0 {
		return nil, "", fmt.Errorf("the office has no patients or no locations: %.300s", text)
	}
	return patients, got.Data.Locations[0].ID, nil
}

// post sends a document and expects data without errors.
func (o *office) post(role, query string, variables map[string]any) ([]byte, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, o.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+o.Tokens[role])
	resp, err := o.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || bytes.Contains(text, []byte(`"errors":[{"message"`)) && !bytes.Contains(text, []byte(`"data"`))) {
		err = fmt.Errorf("status %d: %.300s", resp.StatusCode, text)
	}
	return text, err
}

// send sends one document again and again from several callers.
func (o *office) send(d asked, at func(int64) map[string]any, length time.Duration, parallel int) error {
	if _, err := o.post(d.role, d.text, at(0)); err != nil {
		return err
	}
	var n, size atomic.Int64
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	start := time.Now()
	end := start.Add(length)
	var wg sync.WaitGroup
	for range parallel {
		wg.Go(func() {
			var took []time.Duration
			for time.Now().Before(end) {
				began := time.Now()
				text, err := o.post(d.role, d.text, at(n.Add(1)))
				took = append(took, time.Since(began))
				size.Store(int64(len(text)))
				if err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
					return
				}
			}
			mu.Lock()
			all = append(all, took...)
			mu.Unlock()
		})
	}
	wg.Wait()
	if failed != nil {
		return failed
	}
	fmt.Printf("%-12s %10.0f %9.1f %9.1f %9d\n", d.name, float64(len(all))/time.Since(start).Seconds(),
		at100(all, 50), at100(all, 99), size.Load())
	return nil
}

// at100 is a percentile in milliseconds.
func at100(all []time.Duration, percent int) float64 {
	slices.Sort(all)
	if len(all) == 0 {
		return 0
	}
	return float64(all[min(len(all)*percent/100, len(all)-1)].Microseconds()) / 1000
}
