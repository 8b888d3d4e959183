package inventory

import (
	"context"

	"medoffice/graph/model"
	"medoffice/modules/kit"
)

// refuse makes a refusal of the stock, with the reason as data. available is
// in base units, negative where it does not matter.
func refuse(reason model.StockRefusal, available int64, safe string, path ...string) *kit.Error {
	e := kit.Refuse(kit.FailedPrecondition, safe, path...)
	e.Make = func(context.Context) any {
		made := model.StockError{Message: e.Safe, Code: e.Code, Path: e.Path, Reason: reason}
		if available >= 0 {
			n := int(available)
			made.Available = &n
		}
		return made
	}
	return e
}

func notEnough(available int64) *kit.Error {
	return refuse(model.StockRefusalNotEnough, available, "there is not so much that may be used", "quantity")
}

func expired() *kit.Error {
	return refuse(model.StockRefusalExpired, 0, "this lot is expired: throw it away and take another one", "lotId")
}

func beyondUse() *kit.Error {
	return refuse(model.StockRefusalBeyondUse, 0, "the open container is beyond its use: throw its rest away first", "lotId")
}

func quarantined() *kit.Error {
	return refuse(model.StockRefusalQuarantined, 0, "this lot is set aside", "lotId")
}

func recalled() *kit.Error {
	return refuse(model.StockRefusalRecalled, 0, "this lot was called back", "lotId")
}

func unknownBarcode() *kit.Error {
	return refuse(model.StockRefusalUnknownBarcode, -1, "no item carries this barcode", "barcode")
}
