package limit

import (
	"container/list"
	"sync"
)

// Cache keeps values up to a number of bytes, the least recently used go first.
type Cache[V any] struct {
	most  int
	mu    sync.Mutex
	bytes int
	known map[string]*list.Element // of *entry[V]
	order *list.List
}

type entry[V any] struct {
	key   string
	value V
	bytes int
}

// NewCache keeps so many bytes.
func NewCache[V any](bytes int) *Cache[V] {
	return &Cache[V]{most: bytes, known: map[string]*list.Element{}, order: list.New()}
}

// Get finds a value.
func (c *Cache[V]) Get(key string) (v V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.known[key]
	if !ok {
		return v, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*entry[V]).value, true
}

// Put keeps a value that takes so many bytes. One that takes more than an
// eighth of the cache is not kept, so that it does not push out the others.
func (c *Cache[V]) Put(key string, v V, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.known[key]; known || bytes > c.most/8 {
		return
	}
	c.known[key] = c.order.PushFront(&entry[V]{key, v, bytes})
	c.bytes += bytes
	for c.bytes > c.most {
		oldest := c.order.Remove(c.order.Back()).(*entry[V])
		delete(c.known, oldest.key)
		c.bytes -= oldest.bytes
	}
}

// Bytes is how much is kept.
func (c *Cache[V]) Bytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes
}
