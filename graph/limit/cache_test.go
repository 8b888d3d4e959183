package limit_test

import (
	"fmt"
	"sync"
	"testing"

	"medoffice/graph/limit"
)

// TestCacheKeepsToItsBytes: however many put at once.
func TestCacheKeepsToItsBytes(t *testing.T) {
	const most, one, writers, each = 1 << 20, 10_000, 8, 2_000
	c := limit.NewCache[int](most)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range each {
				c.Put(fmt.Sprint(w, " ", n), n, one)
				// Others may be in the middle of a Put.
				if kept := c.Bytes(); kept > most+writers*one {
					t.Errorf("%d bytes are kept, of %d", kept, most)
				}
			}
		})
	}
	wg.Wait()
	if kept := c.Bytes(); kept > most || kept < most*9/10 {
		t.Errorf("%d bytes are kept in the end, of %d", kept, most)
	}
}

// TestCacheKeepsTheUsual: what is used often stays, though three times as much
// as the cache holds comes in between, never to be used again.
func TestCacheKeepsTheUsual(t *testing.T) {
	const most, one, usual = 1 << 20, 10_000, 20
	c := limit.NewCache[int](most)
	for n := range usual * 5 {
		c.Put(fmt.Sprint("usual ", n%usual), n, one)
		c.Put(fmt.Sprint("early ", n), n, one)
	}
	found, asked := 0, 0
	for n := range 20_000 {
		c.Put(fmt.Sprint("once ", n), n, one)
		if n%15 > 0 {
			continue
		}
		key := fmt.Sprint("usual ", asked%usual)
		asked++
		if _, ok := c.Get(key); ok {
			found++
		} else {
			c.Put(key, n, one)
		}
	}
	if found < asked*8/10 {
		t.Errorf("%d of %d were found", found, asked)
	}
}

// TestCacheRefuses: what is too large for the cache, and anything where nothing
// may be kept.
func TestCacheRefuses(t *testing.T) {
	for _, c := range []struct{ most, bytes int }{{8_000, 1_001}, {0, 1}, {limit.None, 1}} {
		cache := limit.NewCache[string](c.most)
		cache.Put("a", "b", c.bytes)
		if _, ok := cache.Get("a"); ok || cache.Bytes() != 0 {
			t.Errorf("%+v is kept", c)
		}
	}
	cache := limit.NewCache[string](8_000)
	cache.Put("a", "first", 1_000)
	cache.Put("a", "second", 1_000)
	if got, ok := cache.Get("a"); !ok || got != "first" || cache.Bytes() != 1_000 {
		t.Error(got, cache.Bytes())
	}
}
