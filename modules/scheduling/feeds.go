package scheduling

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"

	"medoffice/ent"
	"medoffice/ent/calendarfeed"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/field"
)

// Feeds is the permission to give calendars secret addresses.
const Feeds = "scheduling.feeds"

// mostFeeds bounds the list, as the schema says.
const mostFeeds = 200

func (q Query) CalendarFeeds(ctx context.Context, provider *string) ([]*ent.CalendarFeed, error) {
	list := q.DB.Client(ctx).CalendarFeed.Query().Where(calendarfeed.Active.EQ(true))
	if provider != nil {
		list.Where(calendarfeed.ProviderID.EQ(*provider))
	}
	return list.Order(calendarfeed.ProviderID.Asc(), calendarfeed.ID.Asc()).Limit(mostFeeds).All(ctx)
}

func (m Mutation) RenewCalendarFeed(ctx context.Context, in model.RenewCalendarFeedInput) (*model.RenewCalendarFeedPayload, error) {
	var address *string // nil where the same request was done before
	row, problems, err := act.Do(ctx, m.Deps, in, func(ctx context.Context, in model.RenewCalendarFeedInput) (string, error) {
		id, secret, err := m.renewFeed(ctx, in.ProviderID)
		where := feedPath + secret + feedEnd
		address = &where
		return id, err
	}, act.Row(m.findCalendarFeed))
	if row == nil {
		address = nil
	}
	return &model.RenewCalendarFeedPayload{CalendarFeed: row, Address: address, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

// feedHash is what is kept of a secret: it has 130 bits by chance, so that a
// plain hash does, and to find it by its hash shows nobody anything about it.
func feedHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// renewFeed gives the calendar of a provider a new secret.
func (m *Module) renewFeed(ctx context.Context, provider string) (id, secret string, err error) {
	if err := own(ctx, provider); err != nil {
		return "", "", err
	}
	known, err := m.findProvider(ctx, []string{provider})
	if err == nil && (known[provider] == nil || !known[provider].Active) {
		err = kit.Missing("provider", "providerId")
	}
	if err != nil {
		return "", "", err
	}
	if err := m.DB.Alone(ctx, "calendar "+provider); err != nil {
		return "", "", err
	}
	c := m.DB.Client(ctx).CalendarFeed
	old, err := c.Query().Where(calendarfeed.ProviderID.EQ(provider), calendarfeed.Active.EQ(true)).All(ctx)
	if err != nil {
		return "", "", err
	}
	for _, f := range old {
		if err := m.endFeed(ctx, f); err != nil {
			return "", "", err
		}
	}
	secret = rand.Text()
	row, err := c.Create().SetProviderID(provider).SetSecretHash(feedHash(secret)).Save(ctx)
	if err != nil {
		return "", "", err
	}
	return row.ID, secret, m.publishFeed(ctx, row)
}

// own lets providers have their own calendars only, and who configures all.
func own(ctx context.Context, provider string) error {
	if v := kit.ViewerOf(ctx); v.ProviderID != provider && !v.May(Configure) {
		return kit.Refuse(kit.FailedPrecondition, "this is the calendar of somebody else", "providerId")
	}
	return nil
}

func (m *Module) revokeCalendarFeed(ctx context.Context, in model.RevokeCalendarFeedInput) (string, error) {
	q := m.DB.Client(ctx).CalendarFeed.Query().Where(calendarfeed.ID.EQ(in.CalendarFeedID))
	q.Modify(db.ForUpdate)
	row, err := act.Found(q.Only(ctx))("calendar", "calendarFeedId")
	if err != nil {
		return "", err
	}
	if err := own(ctx, row.ProviderID); err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if !row.Active {
		return "", kit.Refuse(kit.FailedPrecondition, "this address was revoked before", "calendarFeedId")
	}
	return row.ID, m.endFeed(ctx, row)
}

func (m *Module) endFeed(ctx context.Context, row *ent.CalendarFeed) error {
	after, err := row.Update().SetActive(false).Save(ctx)
	if err != nil {
		return err
	}
	return m.publishFeed(ctx, after)
}

func (m *Module) publishFeed(ctx context.Context, f *ent.CalendarFeed) error {
	return m.Bus.Publish(ctx, kit.ViewerOf(ctx).ID, events.CalendarFeedChanged{FeedID: f.ID, ProviderID: f.ProviderID, Active: f.Active})
}

// feedList is how the list is read from the database.
var feedList = field.Part{Many: &field.Many{Type: "CalendarFeed", Most: mostFeeds, Where: holding("provider", calendarfeed.FieldProviderID), Sort: []field.Sort{
	{Column: calendarfeed.FieldProviderID}, {Column: calendarfeed.FieldID},
}}}
