package kit

import (
	"context"
	"crypto/rand"

	"medoffice/ent"
	"medoffice/modules/kit/db"
)

// SecretKey returns the 32-byte key with the name. It is stored in the database,
// so that all server processes share it; the first call makes it.
func SecretKey(ctx context.Context, d *db.DB, name string) (key []byte, err error) {
	err = d.Tx(ctx, func(ctx context.Context) error {
		row, err := d.Client(ctx).Secret.Get(ctx, name)
		if err == nil {
			key = row.Value
			return nil
		}
		if !ent.IsNotFound(err) {
			return err
		}
		key = make([]byte, 32)
		_, _ = rand.Read(key) // never fails since Go 1.24
		return d.Client(ctx).Secret.Create().SetID(name).SetValue(key).Exec(ctx)
	})
	if ent.IsConstraintError(err) { // another process was faster
		row, err := d.Client(ctx).Secret.Get(ctx, name)
		if err != nil {
			return nil, err
		}
		return row.Value, nil
	}
	return key, err
}
