// Package cursor encrypts cursors: the places in lists from which clients go on.
package cursor

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"medoffice/modules/kit/logtext"
)

// Seal encrypts cursors, because an order key may be a name or a birth date,
// and binds each to its list, order, filter and viewer.
type Seal struct {
	aead  cipher.AEAD
	nonce []byte // key of the nonces
}

// NewSeal makes a seal of a 32-byte key that the processes of an office share.
func NewSeal(key []byte) (*Seal, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	derived := sha256.Sum256(append([]byte("cursor nonce"), key...))
	return &Seal{aead, derived[:]}, nil
}

// Position is the place of a row in an order.
type Position struct {
	Keys []any  `json:"k"` // the values by which the list is ordered, nil for null
	ID   string `json:"i"`
}

// Close returns the cursor of a position in the list that bind names. It is the same
// each time: the nonce is drawn from what it seals.
func (s *Seal) Close(p Position, bind string) string {
	p.Keys = slices.Clone(p.Keys)
	for i, key := range p.Keys {
		if t, ok := key.(time.Time); ok {
			p.Keys[i] = stamp{t}
		}
	}
	plain, _ := json.Marshal(p) // strings, numbers and instants always encode
	mac := hmac.New(sha256.New, s.nonce)
	mac.Write(plain)
	mac.Write([]byte(bind))
	nonce := mac.Sum(nil)[:s.aead.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain, []byte(bind)))
}

const errCursor = logtext.Fixed("cursor: not one of this list")

// Open returns the position that a cursor of the list stands for.
func (s *Seal) Open(text, bind string) (*Position, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(sealed) < s.aead.NonceSize() {
		return nil, errCursor
	}
	n := s.aead.NonceSize()
	plain, err := s.aead.Open(nil, sealed[:n], sealed[n:], []byte(bind))
	if err != nil {
		return nil, errCursor
	}
	var raw struct {
		Keys []json.RawMessage `json:"k"`
		ID   string            `json:"i"`
	}
	if err := json.Unmarshal(plain, &raw); err != nil {
		return nil, errCursor
	}
	at := &Position{ID: raw.ID}
	for _, one := range raw.Keys {
		key, err := readKey(one)
		if err != nil {
			return nil, errCursor
		}
		at.Keys = append(at.Keys, key)
	}
	return at, nil
}

// stamp marks an instant inside a cursor.
type stamp struct{ At time.Time }

func readKey(raw json.RawMessage) (any, error) {
	var at struct{ At *time.Time }
	if json.Unmarshal(raw, &at) == nil && at.At != nil {
		return *at.At, nil
	}
	var n int64
	if json.Unmarshal(raw, &n) == nil && string(raw) != "null" {
		return n, nil
	}
	var v any
	err := json.Unmarshal(raw, &v)
	return v, err
}
