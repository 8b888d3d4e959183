package limit

import (
	"math"

	"github.com/maypok86/otter/v2"
)

// Cache keeps values up to a number of bytes. Those that are asked for seldom go
// first, so that many documents that come once do not push out the usual ones.
type Cache[V any] struct {
	most  int
	known *otter.Cache[string, entry[V]]
}

type entry[V any] struct {
	value V
	bytes uint32
}

// NewCache keeps so many bytes.
func NewCache[V any](bytes int) *Cache[V] {
	bytes = max(bytes, 1) // of nothing, nothing is kept
	return &Cache[V]{most: bytes, known: otter.Must(&otter.Options[string, entry[V]]{
		MaximumWeight: uint64(bytes),
		Weigher:       func(_ string, e entry[V]) uint32 { return e.bytes },
		Executor:      func(sweep func()) { sweep() }, // before Put returns: the bytes are a limit
	})}
}

// Get finds a value.
func (c *Cache[V]) Get(key string) (v V, ok bool) {
	e, ok := c.known.GetIfPresent(key)
	return e.value, ok
}

// Put keeps a value that takes so many bytes. One that takes more than an
// eighth of the cache is not kept, so that it does not push out the others.
func (c *Cache[V]) Put(key string, v V, bytes int) {
	if bytes <= min(c.most/8, math.MaxUint32) {
		c.known.SetIfAbsent(key, entry[V]{v, uint32(bytes)})
	}
}

// Bytes is how much is kept.
func (c *Cache[V]) Bytes() int { return int(c.known.WeightedSize()) }
