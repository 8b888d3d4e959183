package access

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"

	"medoffice/modules/kit"
)

// box keeps small secrets from who can read the database or a cookie but not
// the key: AES-256-GCM, bound to what the secret is for.
type box struct{ aead cipher.AEAD }

var errBox = errors.New("access: this was not sealed here, or for something else")

// newBox makes the box of the name, which all processes of the office share.
func (m *Module) newBox(ctx context.Context, name string) (box, error) {
	key, err := kit.SecretKey(ctx, m.DB, name)
	if err != nil {
		return box{}, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return box{}, err
	}
	aead, err := cipher.NewGCM(block)
	return box{aead}, err
}

func (b box) seal(plain []byte, bind string) []byte {
	nonce := make([]byte, b.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails since Go 1.24
	return b.aead.Seal(nonce, nonce, plain, []byte(bind))
}

func (b box) open(sealed []byte, bind string) ([]byte, error) {
	n := b.aead.NonceSize()
	if len(sealed) < n {
		return nil, errBox
	}
	plain, err := b.aead.Open(nil, sealed[:n], sealed[n:], []byte(bind))
	if err != nil {
		return nil, errBox
	}
	return plain, nil
}

// sealText seals for a cookie.
func (b box) sealText(plain []byte, bind string) string {
	return base64.RawURLEncoding.EncodeToString(b.seal(plain, bind))
}

func (b box) openText(text, bind string) ([]byte, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, errBox
	}
	return b.open(sealed, bind)
}
