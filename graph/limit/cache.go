package limit

import (
	"math"

	"github.com/maypok86/otter/v2"
)

// Cache keeps values up to a number of bytes. Those that are asked for seldom go
// first, so that many documents that come once do not push out the usual ones.
type Cache[V any] struct {
	most int
	kept store
}

// NewCache keeps so many bytes.
func NewCache[V any](bytes int) *Cache[V] { return &Cache[V]{bytes, newStore(max(bytes, 1))} }

// Get finds a value.
func (c *Cache[V]) Get(key string) (v V, ok bool) {
	if e := c.kept.get(key); e != nil {
		return e.value.(V), true
	}
	return v, false
}

// Put keeps a value that takes so many bytes. One that takes more than an
// eighth of the cache is not kept, so that it does not push out the others.
func (c *Cache[V]) Put(key string, v V, bytes int) {
	if bytes <= min(c.most/8, math.MaxUint32) {
		c.kept.put(key, &entry{v, uint32(bytes)})
	}
}

// Bytes is how much is kept.
func (c *Cache[V]) Bytes() int { return c.kept.bytes() }

// store hides the library's type, so that it is compiled once and here: it has
// 900 functions, for each type of value in each package that knows it.
type store interface {
	get(key string) *entry // nil where there is none
	put(key string, e *entry)
	bytes() int
}

type entry struct {
	value any
	bytes uint32
}

// newStore is not inlined, which would bring the library's type along.
//
//go:noinline
func newStore(bytes int) store {
	return kept{otter.Must(&otter.Options[string, *entry]{
		MaximumWeight: uint64(bytes),
		Weigher:       func(_ string, e *entry) uint32 { return e.bytes },
		Executor:      func(sweep func()) { sweep() }, // before put returns: the bytes are a limit
	})}
}

type kept struct{ cache *otter.Cache[string, *entry] }

func (k kept) get(key string) *entry {
	e, _ := k.cache.GetIfPresent(key)
	return e
}

func (k kept) put(key string, e *entry) { k.cache.SetIfAbsent(key, e) }

func (k kept) bytes() int { return int(k.cache.WeightedSize()) }
