package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"medoffice/modules/kit"
)

// hashedAtOnce bounds the memory that guesses can take.
const hashedAtOnce = 4

// cost is what a guess takes: 19 MiB, two passes, one lane (OWASP password
// storage cheat sheet).
var cost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// The length of a password in characters. There are no rules of composition
// (NIST SP 800-63B 5.1.1.2).
const (
	ShortestPassword = 10
	LongestPassword  = 200
)

//go:embed common.txt
var commonText string

// common are the passwords that are tried first, in lower case.
var common = sync.OnceValue(func() []string { return strings.Fields(commonText) })

// checkPassword refuses a new password that is too short, too long, too common
// or holds nothing but the name of its owner.
func checkPassword(password, username, path string) error {
	folded := strings.ToLower(strings.TrimSpace(password))
	switch n := utf8.RuneCountInString(password); {
	case n < ShortestPassword || n > LongestPassword || !utf8.ValidString(password):
		return kit.Invalid(fmt.Sprintf("a password has %d to %d characters", ShortestPassword, LongestPassword), path)
	case slices.Contains(common(), folded) || monotonous(folded):
		return kit.Invalid("this password is among the first that others would guess", path)
	case username != "" && strings.Trim(strings.ReplaceAll(folded, username, ""), "0123456789!.-_ ") == "":
		return kit.Invalid("the password must not be the name to sign in with", path)
	}
	return nil
}

// monotonous reports whether a text repeats fewer than three characters.
func monotonous(s string) bool {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen) < 3
}

// HashPassword makes the stored form of a password (PHC string format).
func HashPassword(password string) string {
	stored, _ := argon2id.CreateHash(password, cost) // it fails without randomness: never since Go 1.24
	return stored
}

// passwordIs compares a password with its stored form, in a time that does
// not show how much of it is right. A form that cannot be read fits none.
func passwordIs(stored, password string) bool {
	right, err := argon2id.ComparePasswordAndHash(password, stored)
	return err == nil && right
}

// nobody is the password of unknown names, so that they take as long as known ones.
var nobody = sync.OnceValue(func() string { return HashPassword(rand.Text()) })

// hash makes the stored form of a new password. It never runs inside a
// transaction, where everybody would wait for it.
func (m *Module) hash(ctx context.Context, password string) (stored string, err error) {
	err = m.slowly(ctx, func() { stored = HashPassword(password) })
	return stored, err
}

// matches compares a password with its stored form, outside a transaction.
func (m *Module) matches(ctx context.Context, stored, password string) (right bool, err error) {
	err = m.slowly(ctx, func() { right = passwordIs(stored, password) })
	return right && len(password) <= 4*LongestPassword, err
}

// slowly runs f when there is memory for it.
func (m *Module) slowly(ctx context.Context, f func()) error {
	select {
	case m.hashing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-m.hashing }()
	f()
	return nil
}

// newToken makes a secret for a caller and the form in which it is stored.
func newToken(kind string) (secret, hash string) {
	secret = "mo_" + kind + "_" + rand.Text()
	return secret, hashToken(secret)
}

func hashToken(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
