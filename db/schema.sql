-- Made by `npm run schema` from db/migrations; not to be changed by hand. Read it in every review.

CREATE TABLE migrations (
  name TEXT PRIMARY KEY,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE instance_facts (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE uploads (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('logo')),
  media_type TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE association (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  kind TEXT NOT NULL CHECK (kind IN ('association', 'centre', 'both')),
  handle TEXT NOT NULL CHECK (length(handle) BETWEEN 2 AND 40),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 2 AND 120),
  mission TEXT NOT NULL DEFAULT '{}',
  street TEXT NOT NULL DEFAULT '',
  postal_code TEXT NOT NULL DEFAULT '',
  place_code TEXT,
  place_name TEXT NOT NULL DEFAULT '',
  region TEXT,
  country TEXT NOT NULL DEFAULT 'FR' CHECK (country IN ('FR', 'CA')),
  latitude REAL,
  longitude REAL,
  contact_name TEXT NOT NULL DEFAULT '',
  contact_email TEXT NOT NULL DEFAULT '',
  contact_phone TEXT NOT NULL DEFAULT '',
  contact_hours TEXT NOT NULL DEFAULT '',
  website TEXT NOT NULL DEFAULT '',
  locale TEXT NOT NULL DEFAULT 'fr' CHECK (locale IN ('fr', 'fr-CA', 'en')),
  locales TEXT NOT NULL DEFAULT '["fr","en"]',
  currency TEXT NOT NULL DEFAULT 'EUR' CHECK (currency IN ('EUR', 'CAD')),
  time_zone TEXT NOT NULL DEFAULT 'Europe/Paris',
  theme TEXT NOT NULL DEFAULT '',
  legal_identifiers TEXT NOT NULL DEFAULT '[]',
  territory TEXT NOT NULL DEFAULT '[]',
  logo_id TEXT REFERENCES uploads (id),
  logo_alt TEXT NOT NULL DEFAULT '',
  publication_days INTEGER NOT NULL DEFAULT 30 CHECK (publication_days BETWEEN 7 AND 365),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
, director_name TEXT NOT NULL DEFAULT '', privacy_name TEXT NOT NULL DEFAULT '', privacy_title TEXT NOT NULL DEFAULT '', privacy_contact TEXT NOT NULL DEFAULT '', host_name TEXT NOT NULL DEFAULT '', host_address TEXT NOT NULL DEFAULT '', guardian_age INTEGER NOT NULL DEFAULT 18 CHECK (guardian_age BETWEEN 0 AND 25), sectors TEXT NOT NULL DEFAULT '[]', welcome TEXT NOT NULL DEFAULT '', member_days INTEGER NOT NULL DEFAULT 365 CHECK (member_days BETWEEN 7 AND 365)) STRICT;

CREATE TABLE people (
  id TEXT PRIMARY KEY,
  member_number INTEGER NOT NULL UNIQUE,
  given_name TEXT NOT NULL DEFAULT '' CHECK (length(given_name) <= 80),
  family_name TEXT NOT NULL DEFAULT '' CHECK (length(family_name) <= 80),
  search_key TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '' CHECK (length(email) <= 254),
  email_key TEXT NOT NULL DEFAULT '',
  email_verified_at TEXT,
  phone TEXT NOT NULL DEFAULT '',
  locale TEXT NOT NULL DEFAULT 'fr',
  password_hash TEXT,
  password_set_at TEXT,
  totp_secret TEXT,
  totp_confirmed_at TEXT,
  totp_last_step INTEGER,
  invited_at TEXT,
  joined_on TEXT NOT NULL,
  disabled_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
, access_version INTEGER NOT NULL DEFAULT 1, last_seen_on TEXT, warned_at TEXT, notice_choices TEXT NOT NULL DEFAULT '{}', team_note TEXT NOT NULL DEFAULT '' CHECK (length(team_note) <= 2000), restricted_at TEXT, restriction_ends_at TEXT, keeps_help INTEGER NOT NULL DEFAULT 0 CHECK (keeps_help IN (0, 1)), validates_cec INTEGER NOT NULL DEFAULT 0 CHECK (validates_cec IN (0, 1)), thanked_hours INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE INDEX people_email ON people (email_key);

CREATE TABLE people_roles (
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('administrator', 'coordinator', 'treasurer', 'moderator', 'volunteer')),
  granted_at TEXT NOT NULL,
  granted_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  PRIMARY KEY (person_id, role)
) STRICT, WITHOUT ROWID;

CREATE INDEX people_roles_role ON people_roles (role);

CREATE TABLE sessions (
  id_hash TEXT PRIMARY KEY,
  person_id TEXT REFERENCES people (id) ON DELETE CASCADE,
  content TEXT NOT NULL DEFAULT '{}',
  device TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
, access_version INTEGER NOT NULL DEFAULT 1) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_person ON sessions (person_id);

CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE tokens (
  hash TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  person_id TEXT REFERENCES people (id) ON DELETE CASCADE,
  subject_id TEXT,
  content TEXT NOT NULL DEFAULT '{}',
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
, access_version INTEGER NOT NULL DEFAULT 1) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_expiry ON tokens (expires_at);

CREATE INDEX tokens_person ON tokens (person_id, purpose);

CREATE INDEX tokens_subject ON tokens (subject_id, purpose);

CREATE TABLE throttle (
  key TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  resets_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX throttle_resets ON throttle (resets_at);

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  type TEXT NOT NULL,
  actor_id TEXT,
  subject_id TEXT,
  details TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE INDEX events_subject ON events (subject_id, seq);

CREATE INDEX events_type ON events (type, seq);

CREATE TABLE event_cursors (
  consumer TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  name TEXT PRIMARY KEY,
  last_run_at TEXT,
  last_error TEXT
, due_at TEXT) STRICT, WITHOUT ROWID;

CREATE TABLE offers (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'paused', 'closed', 'cancelled', 'archived')),
  content TEXT NOT NULL,
  capacity INTEGER CHECK (capacity IS NULL OR capacity BETWEEN 1 AND 9999),
  applications_open INTEGER NOT NULL DEFAULT 1 CHECK (applications_open IN (0, 1)),
  contact_id TEXT REFERENCES people (id) ON DELETE SET NULL,
  visibility TEXT NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'unlisted', 'members')),
  revision INTEGER NOT NULL DEFAULT 0,
  content_hash TEXT,
  copied_from TEXT REFERENCES offers (id) ON DELETE SET NULL,
  publish_from TEXT,
  publish_until TEXT,
  published_at TEXT,
  renewed_at TEXT,
  closed_at TEXT,
  closed_reason TEXT,
  reopen_on TEXT,
  reminded_until TEXT,
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
, search_key TEXT NOT NULL DEFAULT '', attendance_asked TEXT, first_listed_at TEXT, template_id TEXT, project_id TEXT REFERENCES hours_projects (id), accepted_note TEXT NOT NULL DEFAULT '' CHECK (length(accepted_note) <= 1000)) STRICT;

CREATE INDEX offers_state ON offers (state, publish_until);

CREATE TABLE offer_revisions (
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  content TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  material INTEGER NOT NULL CHECK (material IN (0, 1)),
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (offer_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE listings (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  offer_uri TEXT NOT NULL UNIQUE,
  home_url TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('home', 'member')),
  offer_id TEXT REFERENCES offers (id) ON DELETE CASCADE,
  association_uri TEXT NOT NULL,
  association_name TEXT NOT NULL,
  association_url TEXT NOT NULL,
  revision INTEGER NOT NULL,
  title TEXT NOT NULL,
  cause TEXT NOT NULL DEFAULT '',
  commitment TEXT NOT NULL,
  time_band TEXT,
  work_mode TEXT NOT NULL,
  min_age INTEGER,
  accessible TEXT NOT NULL DEFAULT 'unknown',
  group_ok INTEGER NOT NULL DEFAULT 0,
  starts_on TEXT,
  applications TEXT NOT NULL CHECK (applications IN ('open', 'closed', 'full')),
  status TEXT NOT NULL DEFAULT 'confirmed' CHECK (status IN ('confirmed', 'cancelled')),
  capacity INTEGER,
  remaining INTEGER,
  visible_from TEXT NOT NULL,
  visible_until TEXT NOT NULL,
  published_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  approved_at TEXT,
  via TEXT NOT NULL DEFAULT '',
  content TEXT NOT NULL
) STRICT;

CREATE INDEX listings_offer ON listings (offer_id);

CREATE VIRTUAL TABLE listings_fts USING fts5 (
  title, summary, body, association, places, terms,
  content = '', contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

CREATE TABLE hours_categories (
  id TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  valued INTEGER NOT NULL DEFAULT 1 CHECK (valued IN (0, 1)),
  archived_at TEXT,
  created_at TEXT NOT NULL
, level_id TEXT REFERENCES hours_levels (id), cec_role TEXT NOT NULL DEFAULT '' CHECK (cec_role IN ('', 'governing', 'supervising'))) STRICT;

CREATE TABLE hours_rates (
  id TEXT PRIMARY KEY,
  category_id TEXT REFERENCES hours_categories (id),
  cents_per_hour INTEGER NOT NULL CHECK (cents_per_hour BETWEEN 0 AND 1000000),
  currency TEXT NOT NULL CHECK (currency IN ('EUR', 'CAD')),
  valid_from TEXT NOT NULL,
  source TEXT NOT NULL DEFAULT '',
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL
, level_id TEXT REFERENCES hours_levels (id) CHECK (level_id IS NULL OR category_id IS NULL), method TEXT NOT NULL DEFAULT 'flat' CHECK (method IN ('flat', 'minimum_wage', 'replacement', 'scale')), base_cents INTEGER, times_percent INTEGER, decision TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE hours_entries (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  worked_on TEXT NOT NULL CHECK (worked_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN -1440 AND 1440 AND minutes <> 0),
  category_id TEXT NOT NULL REFERENCES hours_categories (id),
  offer_id TEXT REFERENCES offers (id) ON DELETE SET NULL,
  note TEXT NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
  source TEXT NOT NULL CHECK (source IN ('self', 'coordinator')),
  entered_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  state TEXT NOT NULL CHECK (state IN ('submitted', 'approved', 'returned', 'replaced', 'withdrawn')),
  decided_at TEXT,
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  return_reason TEXT NOT NULL DEFAULT '',
  reverses_id TEXT UNIQUE REFERENCES hours_entries (id),
  replaces_id TEXT UNIQUE REFERENCES hours_entries (id),
  created_at TEXT NOT NULL,
  form_id TEXT UNIQUE
, level_id TEXT REFERENCES hours_levels (id), link_id TEXT REFERENCES hours_links (id) ON DELETE SET NULL, rule_id TEXT REFERENCES hours_rules (id), project_id TEXT REFERENCES hours_projects (id), import_id TEXT REFERENCES imports (id), place TEXT NOT NULL DEFAULT '' CHECK (length(place) <= 100), channel TEXT) STRICT;

CREATE TABLE fed_keys (
  actor_uri TEXT PRIMARY KEY,
  public_pem TEXT NOT NULL,
  private_sealed TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE fed_actors (
  uri TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  type TEXT NOT NULL,
  handle TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL DEFAULT '',
  summary TEXT NOT NULL DEFAULT '',
  url TEXT NOT NULL DEFAULT '',
  inbox TEXT NOT NULL,
  shared_inbox TEXT,
  followers TEXT,
  role TEXT NOT NULL DEFAULT 'other' CHECK (role IN ('association', 'centre', 'both', 'other')),
  key_id TEXT,
  key_pem TEXT,
  key_fetched_at TEXT,
  key_missed_at TEXT,
  body TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  gone_at TEXT
, search_key TEXT NOT NULL DEFAULT '', icon_url TEXT, icon_alt TEXT NOT NULL DEFAULT '', territory TEXT NOT NULL DEFAULT '[]', contact_name TEXT NOT NULL DEFAULT '', contact_phone TEXT NOT NULL DEFAULT '', contact_hours TEXT NOT NULL DEFAULT '', place_code TEXT NOT NULL DEFAULT '', place_name TEXT NOT NULL DEFAULT '', sectors TEXT NOT NULL DEFAULT '[]', member_days INTEGER) STRICT, WITHOUT ROWID;

CREATE INDEX fed_actors_host ON fed_actors (host);

CREATE TABLE fed_objects (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  owner TEXT,
  body TEXT NOT NULL,
  meta TEXT,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE fed_activities (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  type TEXT NOT NULL,
  actor TEXT NOT NULL,
  object_id TEXT,
  body TEXT NOT NULL,
  meta TEXT,
  is_public INTEGER NOT NULL DEFAULT 0 CHECK (is_public IN (0, 1)),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'ignored', 'parked')),
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before TEXT,
  error TEXT,
  at TEXT NOT NULL
, fetches INTEGER NOT NULL DEFAULT 0, signed_at TEXT) STRICT;

CREATE INDEX fed_activities_waiting ON fed_activities (seq) WHERE state = 'waiting';

CREATE INDEX fed_activities_waiting_actor ON fed_activities (actor, seq) WHERE state = 'waiting';

CREATE INDEX fed_activities_parked ON fed_activities (seq) WHERE state = 'parked';

CREATE TABLE fed_collections (
  collection TEXT NOT NULL,
  activity_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (collection, activity_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX fed_collections_page ON fed_collections (collection, seq);

CREATE TABLE fed_follows (
  activity_id TEXT PRIMARY KEY,
  follower TEXT NOT NULL,
  followed TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked', 'accepted', 'refused', 'undone')),
  at TEXT NOT NULL,
  UNIQUE (follower, followed)
) STRICT, WITHOUT ROWID;

CREATE INDEX fed_follows_followed ON fed_follows (followed, state);

CREATE TABLE fed_deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  activity_id TEXT NOT NULL,
  inbox TEXT NOT NULL,
  host TEXT NOT NULL,
  order_key TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before TEXT NOT NULL,
  lease_until TEXT,
  last_error TEXT,
  created_at TEXT NOT NULL, ends_at TEXT NOT NULL DEFAULT '9999',
  UNIQUE (activity_id, inbox)
) STRICT;

CREATE INDEX fed_deliveries_due ON fed_deliveries (state, not_before);

CREATE INDEX fed_deliveries_host ON fed_deliveries (host, state);

CREATE INDEX fed_deliveries_order ON fed_deliveries (inbox, order_key, id);

CREATE TABLE fed_peers (
  host TEXT PRIMARY KEY,
  state TEXT NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'failing', 'dead', 'blocked')),
  failures INTEGER NOT NULL DEFAULT 0,
  first_failed_at TEXT,
  next_probe_at TEXT,
  last_error TEXT,
  last_seen_at TEXT,
  last_delivered_at TEXT
, paused_at TEXT, blocked_at TEXT, allowed_at TEXT, note TEXT NOT NULL DEFAULT '', refused TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(refused))) STRICT, WITHOUT ROWID;

CREATE INDEX fed_activities_object ON fed_activities (object_id, type) WHERE object_id IS NOT NULL;

CREATE INDEX fed_deliveries_end ON fed_deliveries (state, ends_at);

CREATE INDEX fed_deliveries_ready ON fed_deliveries (host, not_before, id) WHERE state = 'waiting';

CREATE INDEX fed_peers_decided ON fed_peers (host) WHERE state = 'blocked' OR allowed_at IS NOT NULL;

CREATE TABLE "affiliations" (
  id TEXT PRIMARY KEY,
  partner_uri TEXT NOT NULL,
  partner_is TEXT NOT NULL CHECK (partner_is IN ('centre', 'member', 'source', 'follower')),
  partner_name TEXT NOT NULL,
  partner_url TEXT NOT NULL,
  partner_summary TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('asking', 'requested', 'active', 'refused', 'ended')),
  trust TEXT NOT NULL DEFAULT 'new' CHECK (trust IN ('new', 'standard', 'trusted')),
  requested_at TEXT NOT NULL,
  decided_at TEXT,
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  ended_at TEXT,
  ended_by_us INTEGER CHECK (ended_by_us IN (0, 1)),
  reason TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  ended_why TEXT CHECK (ended_why IN ('blocked')), search_key TEXT NOT NULL DEFAULT '', exact_sums INTEGER NOT NULL DEFAULT 0 CHECK (exact_sums IN (0, 1)), exact_sums_at TEXT, paused_at TEXT, pause_reason TEXT NOT NULL DEFAULT '' CHECK (length(pause_reason) <= 1000),
  UNIQUE (partner_uri, partner_is)
) STRICT;

CREATE TABLE offer_announces (
  announce_id TEXT PRIMARY KEY,
  offer_uri TEXT NOT NULL,
  announcer_uri TEXT NOT NULL,
  hops INTEGER NOT NULL CHECK (hops BETWEEN 1 AND 1000),
  since TEXT NOT NULL,
  undone_at TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX offer_announces_offer ON offer_announces (offer_uri, announcer_uri);

CREATE INDEX offer_announces_announcer ON offer_announces (announcer_uri, undone_at);

CREATE TABLE "offer_counts" (
  offer_id TEXT NOT NULL,
  day TEXT NOT NULL,
  channel TEXT NOT NULL,
  views INTEGER NOT NULL DEFAULT 0,
  apply_starts INTEGER NOT NULL DEFAULT 0,
  applications INTEGER NOT NULL DEFAULT 0,
  accepted INTEGER NOT NULL DEFAULT 0, answered_1 INTEGER NOT NULL DEFAULT 0, answered_3 INTEGER NOT NULL DEFAULT 0, answered_7 INTEGER NOT NULL DEFAULT 0, answered_14 INTEGER NOT NULL DEFAULT 0, answered_later INTEGER NOT NULL DEFAULT 0, completed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (offer_id, day, channel)
) STRICT, WITHOUT ROWID;

CREATE INDEX offer_counts_day ON offer_counts (day, channel);

CREATE TABLE shown_counts (
  day TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  offer_uri TEXT NOT NULL,
  impressions INTEGER NOT NULL DEFAULT 0 CHECK (impressions >= 0),
  views INTEGER NOT NULL DEFAULT 0 CHECK (views >= 0),
  PRIMARY KEY (day, offer_uri)
) STRICT, WITHOUT ROWID;

CREATE TABLE counted_offers (
  offer_uri TEXT PRIMARY KEY,
  association_uri TEXT NOT NULL,
  association_name TEXT NOT NULL,
  place_code TEXT,
  place_name TEXT NOT NULL DEFAULT '',
  department TEXT
, cause TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;

CREATE TABLE reported_counts (
  day TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  offer_uri TEXT NOT NULL,
  reporter TEXT NOT NULL,
  document TEXT NOT NULL,
  impressions INTEGER NOT NULL DEFAULT 0 CHECK (impressions >= 0),
  views INTEGER NOT NULL DEFAULT 0 CHECK (views >= 0),
  apply_starts INTEGER NOT NULL DEFAULT 0 CHECK (apply_starts >= 0),
  applications INTEGER NOT NULL DEFAULT 0 CHECK (applications >= 0),
  accepted INTEGER NOT NULL DEFAULT 0 CHECK (accepted >= 0),
  received_at TEXT NOT NULL, answered_1 INTEGER NOT NULL DEFAULT 0, answered_3 INTEGER NOT NULL DEFAULT 0, answered_7 INTEGER NOT NULL DEFAULT 0, answered_14 INTEGER NOT NULL DEFAULT 0, answered_later INTEGER NOT NULL DEFAULT 0, completed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (day, offer_uri, reporter)
) STRICT, WITHOUT ROWID;

CREATE INDEX reported_counts_document ON reported_counts (reporter, document);

CREATE TABLE shared_days (
  day TEXT NOT NULL,
  partner_uri TEXT NOT NULL,
  sums TEXT NOT NULL,
  sendings INTEGER NOT NULL DEFAULT 1 CHECK (sendings >= 1),
  sent_at TEXT NOT NULL,
  PRIMARY KEY (day, partner_uri)
) STRICT, WITHOUT ROWID;

CREATE INDEX events_actor ON events (actor_id, seq) WHERE actor_id IS NOT NULL;

CREATE INDEX fed_activities_kept ON fed_activities (at) WHERE direction = 'in' AND state = 'done' AND body <> '{}';

CREATE INDEX fed_actors_fetched ON fed_actors (fetched_at);

CREATE INDEX fed_actors_key ON fed_actors (key_id) WHERE key_id IS NOT NULL;

CREATE INDEX fed_peers_heard ON fed_peers (coalesce(last_seen_at, ''));

CREATE INDEX fed_follows_ended ON fed_follows (at) WHERE state IN ('refused', 'undone');

CREATE INDEX offer_announces_undone ON offer_announces (undone_at) WHERE undone_at IS NOT NULL;

CREATE TABLE fed_further_keys (
  actor_uri TEXT NOT NULL REFERENCES fed_actors (uri) ON DELETE CASCADE,
  key_id TEXT NOT NULL,
  key_pem TEXT NOT NULL,
  PRIMARY KEY (actor_uri, key_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX fed_further_keys_id ON fed_further_keys (key_id);

CREATE TABLE month_counts (
  kind TEXT NOT NULL CHECK (kind IN ('counted', 'shown', 'reported')),
  offer TEXT NOT NULL,
  teller TEXT NOT NULL,
  month TEXT NOT NULL,
  days INTEGER NOT NULL CHECK (days >= 0),
  impressions INTEGER NOT NULL DEFAULT 0,
  views INTEGER NOT NULL DEFAULT 0,
  apply_starts INTEGER NOT NULL DEFAULT 0,
  applications INTEGER NOT NULL DEFAULT 0,
  accepted INTEGER NOT NULL DEFAULT 0, answered_1 INTEGER NOT NULL DEFAULT 0, answered_3 INTEGER NOT NULL DEFAULT 0, answered_7 INTEGER NOT NULL DEFAULT 0, answered_14 INTEGER NOT NULL DEFAULT 0, answered_later INTEGER NOT NULL DEFAULT 0, completed INTEGER NOT NULL DEFAULT 0, minutes INTEGER NOT NULL DEFAULT 0, minutes_of_many INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (kind, offer, teller, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE fed_hosts (
  host TEXT PRIMARY KEY,
  domain_key TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX fed_hosts_domain ON fed_hosts (domain_key);

CREATE INDEX fed_peers_trouble ON fed_peers (host, state, paused_at) WHERE state <> 'ok' OR paused_at IS NOT NULL;

CREATE INDEX fed_actors_named ON fed_actors (host, search_key, name, gone_at) WHERE gone_at IS NULL;

CREATE INDEX fed_activities_ignored ON fed_activities (at) WHERE direction = 'in' AND state = 'ignored';

CREATE TABLE event_failures (
  consumer TEXT NOT NULL,
  seq INTEGER NOT NULL,
  fault TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  not_before TEXT NOT NULL,
  parked_at TEXT,
  PRIMARY KEY (consumer, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_failures_waiting ON event_failures (consumer, not_before) WHERE parked_at IS NULL;

CREATE INDEX event_failures_parked ON event_failures (parked_at) WHERE parked_at IS NOT NULL;

CREATE TABLE fed_fanouts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  activity_id TEXT NOT NULL UNIQUE,
  order_key TEXT NOT NULL,
  inboxes TEXT NOT NULL,
  followed TEXT,
  after TEXT NOT NULL DEFAULT ''
, attempts INTEGER NOT NULL DEFAULT 0, not_before TEXT, parked_at TEXT) STRICT;

CREATE TABLE listing_state (
  id INTEGER PRIMARY KEY REFERENCES listings (id) ON DELETE CASCADE,
  visible_from TEXT NOT NULL,
  visible_until TEXT NOT NULL,
  published_at TEXT NOT NULL,
  is_listed INTEGER NOT NULL CHECK (is_listed IN (0, 1)),
  is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
  min_age INTEGER,
  remaining INTEGER,
  association_uri TEXT NOT NULL,
  codes TEXT NOT NULL CHECK (json_valid(codes)),
  places TEXT NOT NULL CHECK (json_valid(places))
, starts_at TEXT NOT NULL DEFAULT '', listed_at TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE listing_changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  listing_id INTEGER NOT NULL,
  is_reworded INTEGER NOT NULL CHECK (is_reworded IN (0, 1))
, at TEXT NOT NULL DEFAULT '') STRICT;

CREATE INDEX hours_entries_person ON hours_entries (person_id, worked_on, id);

CREATE INDEX hours_entries_state ON hours_entries (state, worked_on, id);

CREATE INDEX hours_entries_day ON hours_entries (worked_on, id);

CREATE INDEX people_closed ON people (search_key, member_number, email_key) WHERE disabled_at IS NOT NULL;

CREATE INDEX offers_updated ON offers (updated_at, id, state, publish_until);

CREATE INDEX counted_offers_association ON counted_offers (association_uri, offer_uri);

CREATE TABLE erased_people (
  person_id TEXT PRIMARY KEY,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX people_seen ON people (coalesce(last_seen_on, joined_on));

CREATE TABLE "mails" (
  id TEXT PRIMARY KEY,
  dedupe TEXT NOT NULL UNIQUE,
  template TEXT NOT NULL,
  to_email TEXT NOT NULL,
  to_name TEXT NOT NULL DEFAULT '',
  locale TEXT NOT NULL,
  subject TEXT NOT NULL,
  body_text TEXT NOT NULL,
  body_html TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'kept', 'gathered')),
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before TEXT NOT NULL,
  lease_until TEXT,
  last_error TEXT,
  created_at TEXT NOT NULL,
  sent_at TEXT,
  reply_name TEXT NOT NULL DEFAULT '',
  reply_email TEXT NOT NULL DEFAULT '',
  calendar TEXT NOT NULL DEFAULT '',
  about TEXT,
  kind TEXT NOT NULL DEFAULT '',
  bundle TEXT,
  line TEXT NOT NULL DEFAULT '',
  link TEXT NOT NULL DEFAULT '',
  gathered_in TEXT
, stop_url TEXT NOT NULL DEFAULT '') STRICT;

CREATE INDEX mails_due ON mails (state, not_before);

CREATE INDEX mails_created ON mails (created_at, id, state);

CREATE INDEX mails_bundle ON mails (bundle, id) WHERE bundle IS NOT NULL;

CREATE INDEX mails_gathered_in ON mails (gathered_in) WHERE gathered_in IS NOT NULL;

CREATE INDEX mails_about ON mails (about, id) WHERE about IS NOT NULL;

CREATE TABLE held_answers (
  item_id TEXT PRIMARY KEY REFERENCES moderation_items (id) ON DELETE CASCADE,
  batch TEXT NOT NULL,
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL,
  version INTEGER NOT NULL,
  event TEXT NOT NULL,
  before TEXT NOT NULL,
  until TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX held_answers_until ON held_answers (until);

CREATE INDEX held_answers_batch ON held_answers (batch);

CREATE TABLE privacy_incidents (
  id TEXT PRIMARY KEY,
  happened_on TEXT NOT NULL CHECK (happened_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  known_on TEXT NOT NULL CHECK (known_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  what TEXT NOT NULL,
  data TEXT NOT NULL,
  people_count INTEGER CHECK (people_count >= 0),
  is_serious INTEGER NOT NULL CHECK (is_serious IN (0, 1)),
  seriousness TEXT NOT NULL,
  measures TEXT NOT NULL DEFAULT '',
  authority_told_on TEXT,
  people_told_on TEXT,
  told TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX privacy_incidents_known ON privacy_incidents (known_on, id);

CREATE INDEX offers_ending ON offers (publish_until, id);

CREATE TABLE privacy_requests (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('correction', 'restriction')),
  said TEXT NOT NULL CHECK (length(said) <= 4000),
  source TEXT NOT NULL CHECK (source IN ('self', 'coordinator')),
  entered_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  received_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'done', 'refused')),
  answer TEXT NOT NULL DEFAULT '',
  decided_at TEXT,
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE INDEX privacy_requests_person ON privacy_requests (person_id, state);

CREATE INDEX privacy_requests_open ON privacy_requests (due_on, id) WHERE state = 'open';

CREATE INDEX privacy_requests_answered ON privacy_requests (decided_at, id) WHERE state <> 'open';

CREATE INDEX people_active ON people (search_key, member_number, email_key)
  WHERE disabled_at IS NULL AND restricted_at IS NULL;

CREATE INDEX people_invited ON people (search_key, member_number, email_key)
  WHERE disabled_at IS NULL AND restricted_at IS NULL AND invited_at IS NOT NULL;

CREATE INDEX people_restricted ON people (search_key, member_number, email_key) WHERE restricted_at IS NOT NULL;

CREATE INDEX people_restriction_ends ON people (restriction_ends_at) WHERE restriction_ends_at IS NOT NULL;

CREATE INDEX hours_entries_returned ON hours_entries (person_id) WHERE state = 'returned';

CREATE TABLE consents (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('contact')),
  wording TEXT NOT NULL,
  locale TEXT NOT NULL,
  way TEXT NOT NULL CHECK (way IN ('set_up')),
  published TEXT NOT NULL CHECK (json_valid(published)),
  given_at TEXT NOT NULL,
  withdrawn_at TEXT
) STRICT;

CREATE INDEX consents_person ON consents (person_id);

CREATE INDEX affiliations_state ON affiliations (partner_is, state, search_key, partner_uri);

CREATE TABLE "applications" (
  id TEXT PRIMARY KEY,
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN
    ('unconfirmed', 'submitted', 'in_review', 'waitlisted', 'place_offered', 'accepted', 'completed', 'no_show',
     'declined', 'withdrawn', 'lapsed', 'offer_closed')),
  given_name TEXT NOT NULL CHECK (length(given_name) <= 80),
  family_name TEXT NOT NULL CHECK (length(family_name) <= 80),
  email TEXT NOT NULL CHECK (length(email) <= 254),
  email_key TEXT NOT NULL,
  phone TEXT NOT NULL DEFAULT '',
  locale TEXT NOT NULL,
  message TEXT NOT NULL DEFAULT '' CHECK (length(message) <= 4000),
  ticks TEXT NOT NULL DEFAULT '[]',
  age_confirmed INTEGER NOT NULL DEFAULT 0 CHECK (age_confirmed IN (0, 1)),
  seats INTEGER NOT NULL DEFAULT 1 CHECK (seats BETWEEN 1 AND 99),
  channel TEXT NOT NULL DEFAULT 'own',
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL,
  confirmed_at TEXT,
  waitlisted_at TEXT,
  held_until TEXT,
  decided_at TEXT,
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  reason_code TEXT,
  answer TEXT NOT NULL DEFAULT '',
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
, reminded_for TEXT, asked_for TEXT, said_came INTEGER CHECK (said_came IN (0, 1)), replies TEXT NOT NULL DEFAULT '[]', came_on TEXT, answered_at TEXT) STRICT;

CREATE INDEX applications_offer ON applications (offer_id, state);

CREATE INDEX applications_state ON applications (state, created_at);

CREATE INDEX applications_person ON applications (person_id);

CREATE INDEX applications_email ON applications (email_key);

CREATE INDEX applications_waiting ON applications (confirmed_at, updated_at DESC, id, state)
  WHERE state IN ('submitted', 'in_review');

CREATE INDEX applications_line ON applications (waitlisted_at, updated_at DESC, id, state)
  WHERE state IN ('waitlisted', 'place_offered');

CREATE INDEX applications_line_of ON applications (offer_id, waitlisted_at, id) WHERE state = 'waitlisted';

CREATE INDEX applications_held ON applications (held_until) WHERE state = 'place_offered';

CREATE INDEX applications_answered ON applications (updated_at DESC, id, state)
  WHERE state IN ('accepted', 'completed', 'no_show', 'declined', 'withdrawn', 'lapsed', 'offer_closed');

CREATE UNIQUE INDEX applications_one_live ON applications (offer_id, email_key, family_name, given_name)
  WHERE state IN ('submitted', 'in_review', 'waitlisted', 'place_offered', 'accepted') AND email_key <> '';

CREATE INDEX applications_ended ON applications (decided_at)
  WHERE email_key <> id AND state IN ('completed', 'no_show', 'declined', 'withdrawn', 'lapsed', 'offer_closed');

CREATE INDEX applications_named ON applications (offer_id) WHERE state = 'accepted' AND email_key <> id;

CREATE TABLE alert_subscribers (
  id TEXT PRIMARY KEY,
  link_hash TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  locale TEXT NOT NULL,
  rhythm TEXT NOT NULL CHECK (rhythm IN ('weekly', 'daily')),
  told_until TEXT NOT NULL,
  next_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  asked_at TEXT
) STRICT;

CREATE INDEX alert_subscribers_next ON alert_subscribers (next_at, id);

CREATE INDEX alert_subscribers_end ON alert_subscribers (ends_at, id);

CREATE TABLE alerts (
  id TEXT PRIMARY KEY,
  subscriber_id TEXT NOT NULL REFERENCES alert_subscribers (id) ON DELETE CASCADE,
  query TEXT NOT NULL,
  label TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (subscriber_id, query)
) STRICT;

CREATE TABLE typed_towns (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  postal_code TEXT NOT NULL DEFAULT '',
  country TEXT NOT NULL DEFAULT '' CHECK (country IN ('', 'FR', 'CA')),
  code TEXT,
  own_place TEXT CHECK (own_place IS NULL OR json_valid(own_place)),
  decided_at TEXT,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE UNIQUE INDEX typed_towns_typed ON typed_towns (key, postal_code, country);

CREATE INDEX typed_towns_open ON typed_towns (key, id) WHERE code IS NULL;

CREATE INDEX typed_towns_settled ON typed_towns (key, id) WHERE code IS NOT NULL;

CREATE INDEX typed_towns_code ON typed_towns (code, id) WHERE code IS NOT NULL;

CREATE INDEX typed_towns_own ON typed_towns (id) WHERE own_place IS NOT NULL;

CREATE TABLE listing_towns (
  town_id TEXT NOT NULL REFERENCES typed_towns (id) ON DELETE CASCADE,
  listing_id INTEGER NOT NULL REFERENCES listings (id) ON DELETE CASCADE,
  PRIMARY KEY (town_id, listing_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX listing_towns_listing ON listing_towns (listing_id);

CREATE TABLE enquiries (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('unconfirmed', 'new', 'in_contact', 'placed', 'ended')),
  given_name TEXT NOT NULL CHECK (length(given_name) <= 80),
  family_name TEXT NOT NULL CHECK (length(family_name) <= 80),
  email TEXT NOT NULL CHECK (length(email) <= 254),
  email_key TEXT NOT NULL,
  phone TEXT NOT NULL,
  locale TEXT NOT NULL,
  wishes TEXT NOT NULL CHECK (length(wishes) <= 2000),
  causes TEXT NOT NULL DEFAULT '[]',
  days TEXT NOT NULL DEFAULT '[]',
  parts TEXT NOT NULL DEFAULT '[]',
  place_name TEXT NOT NULL,
  place_code TEXT NOT NULL,
  call_back INTEGER NOT NULL DEFAULT 0 CHECK (call_back IN (0, 1)),
  call_hours TEXT NOT NULL DEFAULT '',
  agreed_at TEXT,
  agreed_text TEXT NOT NULL DEFAULT '',
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL,
  taken_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  team_note TEXT NOT NULL DEFAULT '',
  end_reason TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  confirmed_at TEXT,
  seen_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX enquiries_open ON enquiries (confirmed_at, updated_at DESC, id) WHERE state IN ('new', 'in_contact');

CREATE INDEX enquiries_over ON enquiries (updated_at DESC, id) WHERE state IN ('placed', 'ended');

CREATE INDEX enquiries_state ON enquiries (state, created_at);

CREATE INDEX enquiries_seen ON enquiries (seen_at);

CREATE INDEX enquiries_email ON enquiries (email_key);

CREATE INDEX enquiries_person ON enquiries (person_id);

CREATE INDEX enquiries_taken_by ON enquiries (taken_by);

CREATE TABLE enquiry_messages (
  id TEXT PRIMARY KEY,
  enquiry_id TEXT NOT NULL REFERENCES enquiries (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('answer', 'proposal', 'passed_on')),
  body TEXT NOT NULL CHECK (length(body) <= 2000),
  about TEXT NOT NULL,
  title TEXT NOT NULL,
  sent_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  sent_at TEXT NOT NULL,
  accepted_at TEXT
, affiliation_id TEXT) STRICT;

CREATE INDEX enquiry_messages_enquiry ON enquiry_messages (enquiry_id, sent_at);

CREATE INDEX enquiry_messages_sent_by ON enquiry_messages (sent_by);

CREATE INDEX affiliations_exact ON affiliations (partner_uri) WHERE exact_sums = 1;

CREATE INDEX offers_contact ON offers (contact_id, updated_at, id) WHERE contact_id IS NOT NULL;

CREATE INDEX hours_entries_waiting ON hours_entries (created_at, person_id) WHERE state = 'submitted';

CREATE TABLE partner_logos (
  partner_uri TEXT PRIMARY KEY,
  source_url TEXT NOT NULL,
  upload_id TEXT REFERENCES uploads (id) ON DELETE SET NULL,
  alt TEXT NOT NULL,
  fault TEXT,
  due_at TEXT NOT NULL
) STRICT;

CREATE INDEX partner_logos_upload ON partner_logos (upload_id);

CREATE INDEX offers_first_day ON offers (content ->> 'starts_on') WHERE state IN ('published', 'paused', 'closed');

CREATE INDEX offers_last_day ON offers (coalesce(content ->> 'ends_on', content ->> 'starts_on'))
  WHERE state IN ('published', 'paused', 'closed');

CREATE TABLE held_changes (
  offer_id TEXT PRIMARY KEY REFERENCES offers (id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  changed_at TEXT NOT NULL,
  until TEXT NOT NULL
, tells_note INTEGER NOT NULL DEFAULT 0 CHECK (tells_note IN (0, 1))) STRICT, WITHOUT ROWID;

CREATE INDEX held_changes_until ON held_changes (until);

CREATE TABLE offer_invitations (
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  sent_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  sent_at TEXT NOT NULL,
  PRIMARY KEY (offer_id, person_id)
) STRICT;

CREATE INDEX offer_invitations_person ON offer_invitations (person_id);

CREATE INDEX offer_invitations_sent_by ON offer_invitations (sent_by);

CREATE INDEX mails_to ON mails (lower(to_email));

CREATE INDEX tokens_alert ON tokens (lower(content ->> 'email')) WHERE purpose = 'alert';

CREATE TABLE typed_offers (
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  offer_id TEXT NOT NULL,
  form_id TEXT NOT NULL,
  typed TEXT NOT NULL,
  kept_at TEXT NOT NULL,
  PRIMARY KEY (person_id, offer_id)
) STRICT;

CREATE INDEX typed_offers_kept_at ON typed_offers (kept_at);

CREATE TABLE application_messages (
  id TEXT PRIMARY KEY,
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  side TEXT NOT NULL CHECK (side IN ('person', 'team')),
  body TEXT NOT NULL CHECK (length(body) <= 2000),
  sent_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  sent_at TEXT NOT NULL,
  read_at TEXT
) STRICT;

CREATE INDEX application_messages_application ON application_messages (application_id, sent_at, id);

CREATE INDEX application_messages_unread ON application_messages (application_id)
  WHERE side = 'person' AND read_at IS NULL;

CREATE INDEX application_messages_sent_by ON application_messages (sent_by);

CREATE TABLE help_requests (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('open', 'done')),
  said TEXT NOT NULL CHECK (length(said) <= 2000),
  page TEXT NOT NULL CHECK (length(page) <= 200),
  reference TEXT NOT NULL,
  name TEXT NOT NULL CHECK (length(name) <= 80),
  email TEXT NOT NULL CHECK (length(email) <= 254),
  email_key TEXT NOT NULL,
  phone TEXT NOT NULL,
  locale TEXT NOT NULL,
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL,
  taken_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE INDEX help_requests_open ON help_requests (created_at, id) WHERE state = 'open';

CREATE INDEX help_requests_done ON help_requests (updated_at DESC, id) WHERE state = 'done';

CREATE INDEX help_requests_updated ON help_requests (updated_at);

CREATE INDEX help_requests_email ON help_requests (email_key);

CREATE INDEX help_requests_person ON help_requests (person_id);

CREATE INDEX help_requests_taken_by ON help_requests (taken_by);

CREATE TABLE help_answers (
  id TEXT PRIMARY KEY,
  request_id TEXT NOT NULL REFERENCES help_requests (id) ON DELETE CASCADE,
  body TEXT NOT NULL CHECK (length(body) <= 2000),
  sent_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  sent_at TEXT NOT NULL
) STRICT;

CREATE INDEX help_answers_request ON help_answers (request_id, sent_at);

CREATE INDEX help_answers_sent_by ON help_answers (sent_by);

CREATE TABLE offer_templates (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  visibility TEXT NOT NULL CHECK (visibility IN ('public', 'unlisted', 'members')),
  offer_id TEXT REFERENCES offers (id) ON DELETE SET NULL,
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE INDEX offer_templates_offer ON offer_templates (offer_id);

CREATE INDEX offer_templates_created_by ON offer_templates (created_by);

CREATE INDEX offer_templates_created_at ON offer_templates (created_at);

CREATE TABLE application_guardians (
  application_id TEXT PRIMARY KEY REFERENCES applications (id) ON DELETE CASCADE,
  guardian_name TEXT NOT NULL CHECK (length(guardian_name) <= 160),
  guardian_email TEXT NOT NULL CHECK (length(guardian_email) <= 254),
  wording TEXT NOT NULL DEFAULT '',
  asked_at TEXT,
  reminded_at TEXT,
  given_at TEXT,
  noted_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  withdrawn_at TEXT
) STRICT;

CREATE INDEX application_guardians_waiting ON application_guardians (asked_at)
  WHERE asked_at IS NOT NULL AND reminded_at IS NULL AND given_at IS NULL AND withdrawn_at IS NULL;

CREATE INDEX application_guardians_noted_by ON application_guardians (noted_by);

CREATE TABLE offer_imports (
  id TEXT PRIMARY KEY,
  content TEXT,
  columns TEXT NOT NULL,
  rows INTEGER NOT NULL CHECK (rows >= 1),
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE INDEX offer_imports_created ON offer_imports (created_at);

CREATE INDEX offer_imports_created_by ON offer_imports (created_by);

CREATE TABLE offer_import_rows (
  import_id TEXT NOT NULL REFERENCES offer_imports (id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  hash TEXT NOT NULL,
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  PRIMARY KEY (import_id, line)
) STRICT, WITHOUT ROWID;

CREATE INDEX offer_import_rows_hash ON offer_import_rows (hash);

CREATE INDEX offer_import_rows_offer ON offer_import_rows (offer_id);

CREATE TABLE offer_messages (
  id TEXT PRIMARY KEY,
  offer_uri TEXT NOT NULL,
  partner_uri TEXT NOT NULL,
  is_ours INTEGER NOT NULL CHECK (is_ours IN (0, 1)),
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL,
  at TEXT NOT NULL,
  revision INTEGER NOT NULL,
  words TEXT NOT NULL,
  comments TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE INDEX offer_messages_offer ON offer_messages (offer_uri, partner_uri, at, id);

CREATE INDEX offer_messages_person ON offer_messages (person_id);

CREATE TABLE offer_contacts (
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  PRIMARY KEY (offer_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX offer_contacts_person ON offer_contacts (person_id);

CREATE TABLE hours_levels (
  id TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  archived_at TEXT,
  created_at TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX hours_rates_from ON hours_rates (coalesce(category_id, ''), coalesce(level_id, ''), valid_from);

CREATE TABLE offer_files (
  id TEXT PRIMARY KEY,
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('picture', 'sheet')),
  media_type TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT '',
  width INTEGER NOT NULL DEFAULT 0,
  height INTEGER NOT NULL DEFAULT 0,
  bytes BLOB NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE INDEX offer_files_offer ON offer_files (offer_id);

CREATE INDEX offer_files_created_at ON offer_files (created_at);

CREATE TABLE hours_timers (
  person_id TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
  started_at TEXT NOT NULL,
  stopped_at TEXT
) STRICT;

CREATE TABLE "moderation_items" (
  id TEXT PRIMARY KEY,
  offer_uri TEXT NOT NULL UNIQUE,
  association_uri TEXT NOT NULL,
  association_name TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('pending', 'in_review', 'accepted', 'changes_requested', 'refused', 'suspended', 'removed', 'withdrawn')),
  accepted_revision INTEGER,
  accepted_hash TEXT,
  accepted_offer TEXT,
  accepted_at TEXT,
  accepted_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  pending_revision INTEGER,
  pending_offer TEXT,
  pending_since TEXT,
  via TEXT NOT NULL DEFAULT '',
  latest_revision INTEGER NOT NULL,
  latest_updated_at TEXT NOT NULL,
  taken_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  taken_at TEXT,
  reason_code TEXT,
  note TEXT NOT NULL DEFAULT '',
  decided_at TEXT,
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  received_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  is_direct INTEGER NOT NULL DEFAULT 1 CHECK (is_direct IN (0, 1)),
  hops INTEGER NOT NULL DEFAULT 1,
  is_foreign INTEGER NOT NULL DEFAULT 0 CHECK (is_foreign IN (0, 1)),
  unmapped TEXT NOT NULL DEFAULT '[]',
  completion TEXT,
  answered_offer TEXT,
  search_key TEXT NOT NULL DEFAULT '',
  commitment TEXT NOT NULL DEFAULT '',
  causes TEXT NOT NULL DEFAULT ' ',
  arrival TEXT NOT NULL DEFAULT 'new' CHECK (arrival IN ('new', 'changed', 'answered', 'back')),
  answered_after INTEGER
, is_compared INTEGER NOT NULL DEFAULT 0
  CHECK (is_compared IN (0, 1)), first_listed_at TEXT) STRICT;

CREATE INDEX moderation_items_queue ON moderation_items (state, pending_since);

CREATE INDEX moderation_items_pending ON moderation_items (pending_since) WHERE pending_revision IS NOT NULL;

CREATE INDEX moderation_items_association ON moderation_items (association_uri, state);

CREATE INDEX moderation_items_waiting ON moderation_items (coalesce(pending_since, ''), id)
  WHERE state IN ('pending', 'in_review');

CREATE INDEX moderation_items_unread ON moderation_items (coalesce(pending_since, ''), id)
  WHERE state = 'accepted' AND decided_at IS NULL;

CREATE INDEX moderation_items_asked ON moderation_items (coalesce(decided_at, received_at) DESC, id)
  WHERE state = 'changes_requested';

CREATE INDEX moderation_items_online ON moderation_items (coalesce(decided_at, received_at) DESC, id)
  WHERE accepted_revision IS NOT NULL;

CREATE INDEX moderation_items_refused ON moderation_items (coalesce(decided_at, received_at) DESC, id)
  WHERE state = 'refused';

CREATE INDEX moderation_items_gone ON moderation_items (coalesce(decided_at, received_at) DESC, id)
  WHERE state IN ('removed', 'withdrawn');

CREATE INDEX moderation_items_of ON moderation_items (association_uri, id);

CREATE INDEX moderation_items_newest ON moderation_items
  (coalesce(decided_at, received_at) DESC, id, state, accepted_revision, commitment, causes, search_key);

CREATE INDEX moderation_items_delays ON moderation_items (decided_at, answered_after) WHERE answered_after IS NOT NULL;

CREATE INDEX moderation_items_suspended ON moderation_items (coalesce(decided_at, received_at) DESC, id)
  WHERE state = 'suspended';

CREATE TABLE "submissions" (
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  centre_uri TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('sent', 'accepted', 'changes_requested', 'refused', 'suspended', 'removed', 'withdrawn')),
  revision INTEGER NOT NULL,
  accepted_revision INTEGER,
  reason_code TEXT,
  note TEXT NOT NULL DEFAULT '',
  submitted_at TEXT NOT NULL,
  decided_at TEXT,
  PRIMARY KEY (offer_id, centre_uri)
) STRICT, WITHOUT ROWID;

CREATE INDEX submissions_centre ON submissions (centre_uri, state);

CREATE TABLE offer_reports (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('open', 'suspended', 'changed', 'kept')),
  origin TEXT NOT NULL CHECK (origin IN ('home', 'member')),
  offer_uri TEXT NOT NULL,
  public_id TEXT NOT NULL,
  title TEXT NOT NULL,
  association_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  said TEXT NOT NULL CHECK (length(said) <= 2000),
  email TEXT NOT NULL CHECK (length(email) <= 254),
  email_key TEXT NOT NULL,
  locale TEXT NOT NULL,
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL,
  answer TEXT NOT NULL DEFAULT '' CHECK (length(answer) <= 1000),
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE INDEX offer_reports_open ON offer_reports (created_at, id) WHERE state = 'open';

CREATE INDEX offer_reports_done ON offer_reports (updated_at DESC, id) WHERE state <> 'open';

CREATE INDEX offer_reports_offer ON offer_reports (offer_uri, state);

CREATE INDEX offer_reports_updated ON offer_reports (updated_at);

CREATE INDEX offer_reports_email ON offer_reports (email_key);

CREATE INDEX offer_reports_person ON offer_reports (person_id);

CREATE INDEX offer_reports_decided_by ON offer_reports (decided_by);

CREATE INDEX moderation_items_uncompared ON moderation_items (id) WHERE is_compared = 0;

CREATE TABLE moderation_likeness (
  key INTEGER NOT NULL,
  item_id TEXT NOT NULL REFERENCES moderation_items (id) ON DELETE CASCADE,
  PRIMARY KEY (key, item_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX moderation_likeness_item ON moderation_likeness (item_id);

CREATE TABLE moderation_verdicts (
  first_id TEXT NOT NULL REFERENCES moderation_items (id) ON DELETE CASCADE,
  second_id TEXT NOT NULL REFERENCES moderation_items (id) ON DELETE CASCADE,
  verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different')),
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  decided_at TEXT NOT NULL,
  PRIMARY KEY (first_id, second_id),
  CHECK (first_id < second_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX moderation_verdicts_second ON moderation_verdicts (second_id);

CREATE INDEX moderation_verdicts_decided_by ON moderation_verdicts (decided_by);

CREATE TABLE team_notes (
  id TEXT PRIMARY KEY,
  association_uri TEXT NOT NULL,
  item_id TEXT REFERENCES moderation_items (id) ON DELETE CASCADE,
  body TEXT NOT NULL CHECK (length(body) BETWEEN 1 AND 2000),
  written_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  written_at TEXT NOT NULL
) STRICT;

CREATE INDEX team_notes_association ON team_notes (association_uri, written_at);

CREATE INDEX team_notes_item ON team_notes (item_id, written_at) WHERE item_id IS NOT NULL;

CREATE INDEX team_notes_written_by ON team_notes (written_by);

CREATE TABLE hours_years (
  from_day TEXT NOT NULL,
  until_day TEXT NOT NULL CHECK (until_day > from_day),
  is_valued INTEGER NOT NULL DEFAULT 1 CHECK (is_valued IN (0, 1)),
  why TEXT NOT NULL DEFAULT '' CHECK (length(why) <= 1000),
  method_note TEXT NOT NULL DEFAULT '' CHECK (length(method_note) <= 2000),
  debit_account TEXT NOT NULL CHECK (length(debit_account) <= 12),
  credit_account TEXT NOT NULL CHECK (length(credit_account) <= 12),
  budget_cents INTEGER CHECK (budget_cents >= 0),
  subsidies_cents INTEGER CHECK (subsidies_cents >= 0),
  others_cents INTEGER CHECK (others_cents >= 0),
  updated_at TEXT NOT NULL,
  PRIMARY KEY (from_day, until_day)
) STRICT;

CREATE TABLE hours_statements (
  id TEXT PRIMARY KEY,
  number INTEGER UNIQUE,
  from_day TEXT NOT NULL,
  until_day TEXT NOT NULL CHECK (until_day > from_day),
  state TEXT NOT NULL CHECK (state IN ('closing', 'closed')),
  is_in_force INTEGER NOT NULL CHECK (is_in_force IN (0, 1)),
  reverses_id TEXT UNIQUE REFERENCES hours_statements (id),
  reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
  next_day TEXT NOT NULL,
  next_person TEXT NOT NULL DEFAULT '',
  people INTEGER NOT NULL DEFAULT 0,
  currency TEXT NOT NULL CHECK (currency IN ('EUR', 'CAD')),
  is_valued INTEGER NOT NULL CHECK (is_valued IN (0, 1)),
  why TEXT NOT NULL,
  method_note TEXT NOT NULL,
  debit_account TEXT NOT NULL,
  credit_account TEXT NOT NULL,
  budget_cents INTEGER,
  subsidies_cents INTEGER,
  others_cents INTEGER,
  created_at TEXT NOT NULL,
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  closed_at TEXT,
  posted_at TEXT,
  posted_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  posted_as TEXT NOT NULL DEFAULT '' CHECK (length(posted_as) <= 80),
  CHECK ((state = 'closed') = (number IS NOT NULL))
) STRICT;

CREATE INDEX hours_statements_in_force ON hours_statements (from_day, until_day) WHERE is_in_force = 1;

CREATE INDEX hours_statements_created_by ON hours_statements (created_by);

CREATE INDEX hours_statements_posted_by ON hours_statements (posted_by);

CREATE TABLE hours_statement_lines (
  statement_id TEXT NOT NULL REFERENCES hours_statements (id),
  category_id TEXT NOT NULL REFERENCES hours_categories (id),
  level_id TEXT REFERENCES hours_levels (id),
  cents_per_hour INTEGER,
  category_label TEXT NOT NULL DEFAULT '{}',
  level_label TEXT,
  is_valued INTEGER NOT NULL CHECK (is_valued IN (0, 1)),
  basis TEXT NOT NULL DEFAULT '{}',
  minutes INTEGER NOT NULL,
  cents INTEGER
, project_id TEXT REFERENCES hours_projects (id), project_name TEXT) STRICT;

CREATE TRIGGER hours_entries_frozen_insert BEFORE INSERT ON hours_entries
WHEN NEW.state = 'approved'
  AND EXISTS (SELECT 1 FROM hours_statements s WHERE s.is_in_force = 1 AND NEW.worked_on BETWEEN s.from_day AND s.until_day)
  AND NOT EXISTS (SELECT 1 FROM instance_facts WHERE key = 'hours being erased')
BEGIN
  SELECT RAISE(ABORT, 'hours of a closed year do not change');
END;

CREATE TRIGGER hours_entries_frozen_delete BEFORE DELETE ON hours_entries
WHEN OLD.state = 'approved'
  AND EXISTS (SELECT 1 FROM hours_statements s WHERE s.is_in_force = 1 AND OLD.worked_on BETWEEN s.from_day AND s.until_day)
  AND NOT EXISTS (SELECT 1 FROM instance_facts WHERE key = 'hours being erased')
BEGIN
  SELECT RAISE(ABORT, 'hours of a closed year do not change');
END;

CREATE TRIGGER hours_statements_once BEFORE INSERT ON hours_statements
WHEN NEW.is_in_force = 1 AND EXISTS (SELECT 1 FROM hours_statements s
  WHERE s.is_in_force = 1 AND s.from_day <= NEW.until_day AND s.until_day >= NEW.from_day)
BEGIN
  SELECT RAISE(ABORT, 'a part of this year is closed already');
END;

CREATE TRIGGER hours_statements_frozen
BEFORE UPDATE OF id, number, from_day, until_day, state, reverses_id, reason, people, currency, is_valued, why, method_note,
  debit_account, credit_account, budget_cents, subsidies_cents, others_cents, created_at, closed_at ON hours_statements
WHEN OLD.state = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement does not change');
END;

CREATE TRIGGER hours_statements_posted_once BEFORE UPDATE OF posted_at, posted_as ON hours_statements
WHEN OLD.posted_at IS NOT NULL OR OLD.state <> 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a statement is posted once');
END;

CREATE TRIGGER hours_statements_reversed BEFORE UPDATE OF is_in_force ON hours_statements
WHEN OLD.is_in_force = 0
BEGIN
  SELECT RAISE(ABORT, 'a year is closed again by another statement');
END;

CREATE TRIGGER hours_statements_kept BEFORE DELETE ON hours_statements
WHEN OLD.state = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement is kept');
END;

CREATE TRIGGER hours_statement_lines_frozen_insert BEFORE INSERT ON hours_statement_lines
WHEN (SELECT s.state FROM hours_statements s WHERE s.id = NEW.statement_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement does not change');
END;

CREATE TRIGGER hours_statement_lines_frozen_update BEFORE UPDATE ON hours_statement_lines
WHEN (SELECT s.state FROM hours_statements s WHERE s.id = OLD.statement_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement does not change');
END;

CREATE TRIGGER hours_statement_lines_frozen_delete BEFORE DELETE ON hours_statement_lines
WHEN (SELECT s.state FROM hours_statements s WHERE s.id = OLD.statement_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement does not change');
END;

CREATE TABLE attestations (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  code TEXT NOT NULL UNIQUE,
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('volunteer', 'school')),
  locale TEXT NOT NULL CHECK (locale IN ('fr', 'fr-CA', 'en')),
  person_name TEXT NOT NULL,
  from_day TEXT NOT NULL,
  until_day TEXT NOT NULL CHECK (until_day >= from_day),
  functions TEXT NOT NULL,
  skills TEXT NOT NULL DEFAULT '[]',
  school TEXT NOT NULL DEFAULT '' CHECK (length(school) <= 160),
  guardian_name TEXT NOT NULL DEFAULT '' CHECK (length(guardian_name) <= 160),
  guardian_agreed_on TEXT,
  signatory TEXT NOT NULL CHECK (length(signatory) <= 160),
  signatory_role TEXT NOT NULL CHECK (length(signatory_role) <= 160),
  place TEXT NOT NULL CHECK (length(place) <= 160),
  issued_on TEXT NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  revoked_at TEXT
) STRICT;

CREATE INDEX attestations_person ON attestations (person_id, number);

CREATE INDEX attestations_created_by ON attestations (created_by);

CREATE TRIGGER attestations_frozen
BEFORE UPDATE OF number, code, person_id, kind, locale, person_name, from_day, until_day, functions, skills, school,
  guardian_name, guardian_agreed_on, signatory, signatory_role, place, issued_on ON attestations
BEGIN
  SELECT RAISE(ABORT, 'an attestation does not change');
END;

CREATE TRIGGER attestations_revoked_once BEFORE UPDATE OF revoked_at ON attestations
WHEN OLD.revoked_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'an attestation is withdrawn once');
END;

CREATE TABLE volunteer_skills (
  person_id TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
  skills TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE credential_keys (
  id TEXT PRIMARY KEY,
  public_jwk TEXT NOT NULL,
  private_sealed TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE INDEX fed_actors_centres ON fed_actors (search_key, uri) WHERE role IN ('centre', 'both');

CREATE TABLE listing_links (
  listing_id INTEGER NOT NULL REFERENCES listings (id) ON DELETE CASCADE,
  other_uri TEXT NOT NULL,
  PRIMARY KEY (listing_id, other_uri)
) STRICT, WITHOUT ROWID;

CREATE INDEX listing_links_other_uri ON listing_links (other_uri);

CREATE TABLE hours_headcounts (
  id TEXT PRIMARY KEY,
  worked_on TEXT NOT NULL CHECK (worked_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  people INTEGER NOT NULL CHECK (people BETWEEN -500 AND 500 AND people <> 0),
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
  category_id TEXT NOT NULL REFERENCES hours_categories (id),
  level_id TEXT REFERENCES hours_levels (id),
  offer_id TEXT REFERENCES offers (id) ON DELETE SET NULL,
  reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
  entered_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  reverses_id TEXT UNIQUE REFERENCES hours_headcounts (id),
  created_at TEXT NOT NULL,
  form_id TEXT UNIQUE
, project_id TEXT REFERENCES hours_projects (id)) STRICT;

CREATE INDEX hours_headcounts_day ON hours_headcounts (worked_on, id);

CREATE INDEX hours_headcounts_offer ON hours_headcounts (offer_id);

CREATE INDEX hours_headcounts_entered_by ON hours_headcounts (entered_by);

CREATE TABLE trips (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  travelled_on TEXT NOT NULL CHECK (travelled_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  metres INTEGER NOT NULL CHECK (metres BETWEEN -2000000 AND 2000000 AND metres <> 0),
  way TEXT NOT NULL CHECK (length(way) <= 200),
  choice TEXT NOT NULL CHECK (choice IN ('reimburse', 'waive')),
  waiver TEXT NOT NULL DEFAULT '' CHECK (length(waiver) <= 500),
  hours_id TEXT REFERENCES hours_entries (id) ON DELETE SET NULL,
  entered_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  state TEXT NOT NULL CHECK (state IN ('submitted', 'approved', 'returned', 'withdrawn')),
  decided_at TEXT,
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  return_reason TEXT NOT NULL DEFAULT '' CHECK (length(return_reason) <= 500),
  reverses_id TEXT UNIQUE REFERENCES trips (id),
  created_at TEXT NOT NULL,
  form_id TEXT UNIQUE
, project_id TEXT REFERENCES hours_projects (id)) STRICT;

CREATE INDEX trips_person ON trips (person_id, travelled_on, id);

CREATE INDEX trips_state ON trips (state, travelled_on, id);

CREATE INDEX trips_day ON trips (travelled_on, id);

CREATE INDEX trips_hours ON trips (hours_id);

CREATE INDEX trips_entered_by ON trips (entered_by);

CREATE INDEX trips_decided_by ON trips (decided_by);

CREATE TABLE trip_rates (
  valid_from TEXT PRIMARY KEY,
  mills_per_km INTEGER NOT NULL CHECK (mills_per_km BETWEEN 0 AND 100000),
  source TEXT NOT NULL CHECK (length(source) <= 300),
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE INDEX trip_rates_created_by ON trip_rates (created_by);

CREATE TABLE hours_links (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  series INTEGER NOT NULL DEFAULT 1,
  offer_id TEXT UNIQUE REFERENCES offers (id) ON DELETE CASCADE,
  person_id TEXT UNIQUE REFERENCES people (id) ON DELETE CASCADE,
  category_id TEXT REFERENCES hours_categories (id),
  is_on INTEGER NOT NULL DEFAULT 1 CHECK (is_on IN (0, 1)),
  expires_on TEXT NOT NULL CHECK (expires_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  used_at TEXT,
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL,
  CHECK ((offer_id IS NULL) <> (person_id IS NULL))
) STRICT;

CREATE INDEX hours_links_created_by ON hours_links (created_by);

CREATE INDEX hours_links_category ON hours_links (category_id);

CREATE INDEX hours_entries_link ON hours_entries (link_id) WHERE link_id IS NOT NULL;

CREATE TABLE kiosk_lines (
  id TEXT PRIMARY KEY,
  offer_id TEXT REFERENCES offers (id) ON DELETE SET NULL,
  category_id TEXT NOT NULL REFERENCES hours_categories (id),
  given_name TEXT NOT NULL CHECK (length(given_name) <= 80),
  family_name TEXT NOT NULL CHECK (length(family_name) <= 80),
  worked_on TEXT NOT NULL CHECK (worked_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
  created_at TEXT NOT NULL,
  form_id TEXT UNIQUE
) STRICT;

CREATE INDEX kiosk_lines_offer ON kiosk_lines (offer_id);

CREATE INDEX kiosk_lines_category ON kiosk_lines (category_id);

CREATE INDEX kiosk_lines_name ON kiosk_lines (family_name, given_name);

CREATE TABLE hours_rules (
  id TEXT PRIMARY KEY,
  most_minutes INTEGER NOT NULL CHECK (most_minutes BETWEEN 1 AND 1440),
  needs_offer INTEGER NOT NULL CHECK (needs_offer IN (0, 1)),
  category_id TEXT REFERENCES hours_categories (id),
  takes_links INTEGER NOT NULL CHECK (takes_links IN (0, 1)),
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL,
  ended_at TEXT
) STRICT;

CREATE INDEX hours_rules_created_by ON hours_rules (created_by);

CREATE INDEX hours_rules_category ON hours_rules (category_id);

CREATE INDEX hours_entries_rule ON hours_entries (rule_id) WHERE rule_id IS NOT NULL;

CREATE INDEX people_keeping_help ON people (member_number) WHERE keeps_help = 1;

CREATE TABLE "application_welcome" (
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  item TEXT NOT NULL CHECK (length(item) BETWEEN 1 AND 160),
  side TEXT NOT NULL CHECK (side IN ('person', 'team')),
  ticked_at TEXT NOT NULL,
  ticked_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  PRIMARY KEY (application_id, item)
) STRICT, WITHOUT ROWID;

CREATE INDEX application_welcome_ticked_by ON application_welcome (ticked_by);

CREATE TABLE withdrawn_numbers (
  number INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE "picture_copies" (
  offer_uri TEXT NOT NULL,
  source_url TEXT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  media_type TEXT,
  width INTEGER NOT NULL DEFAULT 0,
  height INTEGER NOT NULL DEFAULT 0,
  bytes BLOB,
  tries INTEGER NOT NULL DEFAULT 0,
  fault TEXT,
  due_at TEXT,
  PRIMARY KEY (offer_uri, source_url)
) STRICT;

CREATE INDEX picture_copies_due_at ON picture_copies (due_at) WHERE due_at IS NOT NULL;

CREATE INDEX kiosk_lines_day ON kiosk_lines (worked_on);

CREATE TABLE hours_projects (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  name_key TEXT NOT NULL UNIQUE,
  archived_at TEXT,
  created_at TEXT NOT NULL
) STRICT;

CREATE INDEX hours_entries_sums ON hours_entries (worked_on, person_id, category_id, level_id, project_id, minutes)
  WHERE state = 'approved';

CREATE UNIQUE INDEX hours_statement_lines_one ON hours_statement_lines
  (statement_id, coalesce(project_id, ''), category_id, coalesce(level_id, ''), coalesce(cents_per_hour, -1));

CREATE TABLE hours_statement_projects (
  statement_id TEXT NOT NULL REFERENCES hours_statements (id),
  project_id TEXT REFERENCES hours_projects (id),
  people INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX hours_statement_projects_one ON hours_statement_projects (statement_id, coalesce(project_id, ''));

CREATE TRIGGER hours_entries_frozen_update
BEFORE UPDATE OF person_id, worked_on, minutes, category_id, level_id, project_id, state, reverses_id ON hours_entries
WHEN (OLD.state = 'approved' OR NEW.state = 'approved')
  AND EXISTS (SELECT 1 FROM hours_statements s WHERE s.is_in_force = 1
    AND (OLD.worked_on BETWEEN s.from_day AND s.until_day OR NEW.worked_on BETWEEN s.from_day AND s.until_day))
BEGIN
  SELECT RAISE(ABORT, 'hours of a closed year do not change');
END;

CREATE TRIGGER hours_statement_projects_frozen_insert BEFORE INSERT ON hours_statement_projects
WHEN (SELECT s.state FROM hours_statements s WHERE s.id = NEW.statement_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement does not change');
END;

CREATE TRIGGER hours_statement_projects_frozen_update BEFORE UPDATE ON hours_statement_projects
WHEN (SELECT s.state FROM hours_statements s WHERE s.id = OLD.statement_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement does not change');
END;

CREATE TRIGGER hours_statement_projects_frozen_delete BEFORE DELETE ON hours_statement_projects
WHEN (SELECT s.state FROM hours_statements s WHERE s.id = OLD.statement_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement does not change');
END;

CREATE TABLE testimonials (
  id TEXT PRIMARY KEY,
  application_id TEXT NOT NULL UNIQUE REFERENCES applications (id) ON DELETE CASCADE,
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'shown', 'hidden', 'private')),
  words TEXT NOT NULL CHECK (length(words) BETWEEN 1 AND 1000),
  signature TEXT NOT NULL CHECK (signature IN ('given', 'initials', 'none')),
  shown_name TEXT NOT NULL CHECK (length(shown_name) <= 120),
  locale TEXT NOT NULL,
  wording TEXT NOT NULL,
  email_key TEXT NOT NULL,
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL,
  version INTEGER NOT NULL DEFAULT 1,
  written_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX testimonials_state ON testimonials (state, updated_at DESC, id);

CREATE INDEX testimonials_offer ON testimonials (offer_id, state, updated_at);

CREATE INDEX testimonials_email ON testimonials (email_key);

CREATE INDEX testimonials_person ON testimonials (person_id);

CREATE INDEX testimonials_decided_by ON testimonials (decided_by);

CREATE TABLE imports (
  id TEXT PRIMARY KEY,
  tool TEXT NOT NULL CHECK (tool IN ('benevalibre', 'paheko', 'galette', 'table')),
  file_name TEXT NOT NULL CHECK (length(file_name) <= 120),
  headings TEXT NOT NULL,
  columns TEXT NOT NULL,
  twins INTEGER NOT NULL DEFAULT 0 CHECK (twins IN (0, 1)),
  newcomers TEXT NOT NULL DEFAULT 'add' CHECK (newcomers IN ('add', 'leave')),
  state TEXT NOT NULL CHECK (state IN ('checking', 'ready', 'taking', 'taken', 'undoing', 'undone')),
  step INTEGER NOT NULL DEFAULT 0,
  next_line INTEGER NOT NULL DEFAULT 0,
  last_line INTEGER NOT NULL,
  rows INTEGER NOT NULL CHECK (rows >= 1),
  people_made INTEGER NOT NULL DEFAULT 0,
  lines_made INTEGER NOT NULL DEFAULT 0,
  lines_kept INTEGER NOT NULL DEFAULT 0,
  people_kept INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  taken_at TEXT,
  taken_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  undone_at TEXT,
  undone_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  forgotten_at TEXT
, sheet TEXT NOT NULL DEFAULT '' CHECK (length(sheet) <= 120)) STRICT;

CREATE INDEX imports_created ON imports (created_at);

CREATE INDEX imports_created_by ON imports (created_by);

CREATE INDEX imports_taken_by ON imports (taken_by);

CREATE INDEX imports_undone_by ON imports (undone_by);

CREATE TABLE import_people (
  import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  name_key TEXT NOT NULL,
  given_name TEXT NOT NULL,
  family_name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  joined_on TEXT,
  verdict TEXT NOT NULL DEFAULT 'unread' CHECK (verdict IN ('unread', 'new', 'known', 'doubt', 'left')),
  is_chosen INTEGER NOT NULL DEFAULT 0 CHECK (is_chosen IN (0, 1)),
  lines INTEGER NOT NULL DEFAULT 0,
  twins INTEGER NOT NULL DEFAULT 0,
  is_made INTEGER NOT NULL DEFAULT 0 CHECK (is_made IN (0, 1)),
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL,
  PRIMARY KEY (import_id, number)
) STRICT;

CREATE UNIQUE INDEX import_people_key ON import_people (import_id, name_key);

CREATE INDEX import_people_verdict ON import_people (import_id, verdict, number);

CREATE INDEX import_people_person ON import_people (person_id);

CREATE TABLE import_words (
  import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('category', 'level', 'project')),
  word_key TEXT NOT NULL,
  word TEXT NOT NULL CHECK (length(word) <= 80),
  target TEXT NOT NULL,
  PRIMARY KEY (import_id, kind, word_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_rows (
  import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  cells TEXT NOT NULL,
  verdict TEXT NOT NULL DEFAULT 'unread' CHECK (verdict IN ('unread', 'good', 'faulty', 'there', 'twice')),
  faults TEXT NOT NULL DEFAULT '[]',
  party INTEGER,
  worked_on TEXT,
  minutes INTEGER,
  note TEXT NOT NULL DEFAULT '',
  category TEXT,
  level TEXT,
  project TEXT,
  is_made INTEGER NOT NULL DEFAULT 0 CHECK (is_made IN (0, 1)), place TEXT NOT NULL DEFAULT '' CHECK (length(place) <= 100),
  PRIMARY KEY (import_id, line)
) STRICT;

CREATE INDEX import_rows_verdict ON import_rows (import_id, verdict, line);

CREATE INDEX hours_entries_import ON hours_entries (import_id) WHERE import_id IS NOT NULL;

CREATE INDEX people_name ON people (search_key);

CREATE TABLE cec_files (
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  year INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2999),
  state TEXT NOT NULL CHECK (state IN ('begun', 'told', 'declared', 'validated', 'refused')),
  elsewhere_minutes INTEGER NOT NULL DEFAULT 0 CHECK (elsewhere_minutes BETWEEN 0 AND 527040),
  told_at TEXT,
  declared_on TEXT,
  decided_on TEXT,
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  decided_minutes INTEGER,
  reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
  updated_at TEXT NOT NULL,
  PRIMARY KEY (person_id, year)
) STRICT;

CREATE INDEX cec_files_year ON cec_files (year, person_id);

CREATE INDEX cec_files_decided_by ON cec_files (decided_by);

CREATE TABLE usual_hours (
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
  worked_on TEXT NOT NULL,
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
  category_id TEXT NOT NULL REFERENCES hours_categories (id),
  offer_id TEXT REFERENCES offers (id) ON DELETE SET NULL,
  asked_at TEXT NOT NULL,
  recorded_at TEXT,
  PRIMARY KEY (person_id, month)
) STRICT;

CREATE INDEX usual_hours_month ON usual_hours (month);

CREATE INDEX usual_hours_offer ON usual_hours (offer_id);

CREATE TABLE gathered_attestations (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  credential TEXT NOT NULL CHECK (length(credential) <= 20000),
  credential_id TEXT NOT NULL CHECK (length(credential_id) <= 300),
  issuer_name TEXT NOT NULL CHECK (length(issuer_name) <= 200),
  issuer_url TEXT NOT NULL CHECK (length(issuer_url) <= 300),
  person_name TEXT NOT NULL CHECK (length(person_name) <= 200),
  role TEXT NOT NULL CHECK (length(role) <= 500),
  from_day TEXT NOT NULL,
  until_day TEXT NOT NULL,
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 6000000),
  state TEXT NOT NULL CHECK (state IN ('valid', 'withdrawn')),
  checked_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (person_id, credential_id)
) STRICT;

CREATE TABLE shared_templates (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  content TEXT NOT NULL,
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE INDEX shared_templates_created_by ON shared_templates (created_by);

CREATE TABLE centre_templates (
  id TEXT PRIMARY KEY,
  centre_uri TEXT NOT NULL,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  content TEXT NOT NULL,
  rank INTEGER NOT NULL
) STRICT;

CREATE INDEX centre_templates_centre ON centre_templates (centre_uri, rank);

CREATE TABLE centre_template_readings (
  centre_uri TEXT PRIMARY KEY,
  due_at TEXT NOT NULL,
  fault TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX moderation_items_sender ON moderation_items (association_uri, association_name);

CREATE INDEX trips_project ON trips (project_id, state, travelled_on) WHERE project_id IS NOT NULL;

CREATE INDEX hours_headcounts_project ON hours_headcounts (project_id, worked_on) WHERE project_id IS NOT NULL;

CREATE TABLE roles (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  name_key TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE role_rights (
  role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
  right_name TEXT NOT NULL,
  PRIMARY KEY (role_id, right_name)
) STRICT, WITHOUT ROWID;

CREATE INDEX role_rights_name ON role_rights (right_name, role_id);

CREATE TABLE given_roles (
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  role_id TEXT NOT NULL REFERENCES roles (id),
  granted_at TEXT NOT NULL,
  granted_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  PRIMARY KEY (person_id, role_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX given_roles_role ON given_roles (role_id, person_id);

CREATE INDEX given_roles_granted_by ON given_roles (granted_by);

CREATE INDEX offers_project ON offers (project_id) WHERE project_id IS NOT NULL;

CREATE INDEX mails_told ON mails (about, id) WHERE about IS NOT NULL AND state IN ('sent', 'failed', 'kept');

CREATE INDEX import_rows_twins ON import_rows (import_id, worked_on, party, minutes, line);

CREATE TABLE teams (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  name_key TEXT NOT NULL UNIQUE,
  archived_at TEXT,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE team_members (
  team_id TEXT NOT NULL REFERENCES teams (id),
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  added_at TEXT NOT NULL,
  PRIMARY KEY (team_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX team_members_person ON team_members (person_id, team_id);

CREATE TABLE limited_roles (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  role TEXT CHECK (role IN ('coordinator', 'treasurer')),
  role_id TEXT REFERENCES roles (id),
  project_id TEXT REFERENCES hours_projects (id),
  team_id TEXT REFERENCES teams (id),
  granted_at TEXT NOT NULL,
  granted_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  CHECK ((role IS NULL) <> (role_id IS NULL)),
  CHECK ((project_id IS NULL) <> (team_id IS NULL))
) STRICT;

CREATE UNIQUE INDEX limited_roles_one
  ON limited_roles (person_id, coalesce(project_id, team_id), coalesce(role, role_id));

CREATE INDEX limited_roles_role ON limited_roles (role_id);

CREATE INDEX limited_roles_project ON limited_roles (project_id);

CREATE INDEX limited_roles_team ON limited_roles (team_id);

CREATE INDEX limited_roles_granted_by ON limited_roles (granted_by);

CREATE INDEX hours_entries_project ON hours_entries (project_id, state, worked_on, id) WHERE project_id IS NOT NULL;

CREATE INDEX hours_entries_project_people ON hours_entries (project_id, worked_on, id, person_id)
  WHERE project_id IS NOT NULL;

CREATE TABLE trip_corrections (
  id TEXT PRIMARY KEY,
  trip_id TEXT NOT NULL REFERENCES trips (id) ON DELETE CASCADE,
  way TEXT NOT NULL CHECK (length(way) <= 200),
  project_id TEXT REFERENCES hours_projects (id),
  corrected_at TEXT NOT NULL,
  corrected_by TEXT REFERENCES people (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX trip_corrections_trip ON trip_corrections (trip_id, corrected_at);

CREATE INDEX trip_corrections_project ON trip_corrections (project_id);

CREATE INDEX trip_corrections_corrected_by ON trip_corrections (corrected_by);

CREATE INDEX hours_entries_offer ON hours_entries (offer_id, worked_on);

CREATE TABLE offer_hours (
  offer_id TEXT NOT NULL,
  day TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  channel TEXT NOT NULL,
  minutes INTEGER NOT NULL DEFAULT 0,
  minutes_of_many INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (offer_id, day, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE incoming_mails (
  key TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  file TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '' CHECK (reason IN ('', 'big', 'unread', 'fault'))
) STRICT;

CREATE INDEX incoming_mails_at ON incoming_mails (at);

CREATE INDEX incoming_mails_set_aside ON incoming_mails (at, key) WHERE reason <> '';

CREATE TABLE incoming_counts (
  day TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('taken', 'told', 'automatic', 'unknown')),
  count INTEGER NOT NULL,
  PRIMARY KEY (day, outcome)
) STRICT;

CREATE INDEX applications_first_answers ON applications (answered_at) WHERE answered_at IS NOT NULL;
