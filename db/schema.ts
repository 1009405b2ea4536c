// Made by `npm run schema` from db/migrations; not to be changed by hand.
// SPDX-License-Identifier: AGPL-3.0-or-later
// One type per table, as SQL has it: codes are those that a CHECK lists.
import type { Generated, Insertable, Selectable, Updateable } from 'kysely'

export interface MigrationsTable {
  name: string
  at: string
}

export interface InstanceFactsTable {
  key: string
  value: string
}

export interface UploadsTable {
  id: string
  kind: 'logo'
  media_type: string
  width: number
  height: number
  bytes: Buffer
  created_at: string
}

export interface AssociationTable {
  id: Generated<number>
  kind: 'association' | 'centre' | 'both'
  handle: string
  name: string
  mission: Generated<string>
  street: Generated<string>
  postal_code: Generated<string>
  place_code: string | null
  place_name: Generated<string>
  region: string | null
  country: Generated<'FR' | 'CA'>
  latitude: number | null
  longitude: number | null
  contact_name: Generated<string>
  contact_email: Generated<string>
  contact_phone: Generated<string>
  contact_hours: Generated<string>
  website: Generated<string>
  locale: Generated<'fr' | 'fr-CA' | 'en'>
  locales: Generated<string>
  currency: Generated<'EUR' | 'CAD'>
  time_zone: Generated<string>
  theme: Generated<string>
  legal_identifiers: Generated<string>
  territory: Generated<string>
  logo_id: string | null
  logo_alt: Generated<string>
  publication_days: Generated<number>
  created_at: string
  updated_at: string
  version: Generated<number>
  director_name: Generated<string>
  privacy_name: Generated<string>
  privacy_title: Generated<string>
  privacy_contact: Generated<string>
  host_name: Generated<string>
  host_address: Generated<string>
  guardian_age: Generated<number>
  sectors: Generated<string>
  welcome: Generated<string>
  member_days: Generated<number>
}

export interface PeopleTable {
  id: string
  member_number: number
  given_name: Generated<string>
  family_name: Generated<string>
  search_key: Generated<string>
  email: Generated<string>
  email_key: Generated<string>
  email_verified_at: string | null
  phone: Generated<string>
  locale: Generated<string>
  password_hash: string | null
  password_set_at: string | null
  totp_secret: string | null
  totp_confirmed_at: string | null
  totp_last_step: number | null
  invited_at: string | null
  joined_on: string
  disabled_at: string | null
  created_at: string
  updated_at: string
  version: Generated<number>
  access_version: Generated<number>
  last_seen_on: string | null
  warned_at: string | null
  notice_choices: Generated<string>
  team_note: Generated<string>
  restricted_at: string | null
  restriction_ends_at: string | null
  keeps_help: Generated<0 | 1>
  validates_cec: Generated<0 | 1>
  thanked_hours: Generated<number>
}

export interface PeopleRolesTable {
  person_id: string
  role: 'administrator' | 'coordinator' | 'treasurer' | 'moderator' | 'volunteer'
  granted_at: string
  granted_by: string | null
}

export interface SessionsTable {
  id_hash: string
  person_id: string | null
  content: Generated<string>
  device: Generated<string>
  created_at: string
  seen_at: string
  expires_at: string
  access_version: Generated<number>
}

export interface TokensTable {
  hash: string
  purpose: string
  person_id: string | null
  subject_id: string | null
  content: Generated<string>
  created_at: string
  expires_at: string
  used_at: string | null
  access_version: Generated<number>
}

export interface ThrottleTable {
  key: string
  count: number
  resets_at: string
}

export interface EventsTable {
  seq: Generated<number>
  at: string
  type: string
  actor_id: string | null
  subject_id: string | null
  details: Generated<string>
}

export interface EventCursorsTable {
  consumer: string
  seq: number
}

export interface JobsTable {
  name: string
  last_run_at: string | null
  last_error: string | null
  due_at: string | null
}

export interface OffersTable {
  id: string
  state: 'draft' | 'published' | 'paused' | 'closed' | 'cancelled' | 'archived'
  content: string
  capacity: number | null
  applications_open: Generated<0 | 1>
  contact_id: string | null
  visibility: Generated<'public' | 'unlisted' | 'members'>
  revision: Generated<number>
  content_hash: string | null
  copied_from: string | null
  publish_from: string | null
  publish_until: string | null
  published_at: string | null
  renewed_at: string | null
  closed_at: string | null
  closed_reason: string | null
  reopen_on: string | null
  reminded_until: string | null
  created_by: string | null
  created_at: string
  updated_at: string
  version: Generated<number>
  search_key: Generated<string>
  attendance_asked: string | null
  first_listed_at: string | null
  template_id: string | null
  project_id: string | null
  accepted_note: Generated<string>
}

export interface OfferRevisionsTable {
  offer_id: string
  revision: number
  content: string
  content_hash: string
  material: 0 | 1
  created_by: string | null
  created_at: string
}

export interface ListingsTable {
  id: Generated<number>
  public_id: string
  offer_uri: string
  home_url: string
  origin: 'home' | 'member'
  offer_id: string | null
  association_uri: string
  association_name: string
  association_url: string
  revision: number
  title: string
  cause: Generated<string>
  commitment: string
  time_band: string | null
  work_mode: string
  min_age: number | null
  accessible: Generated<string>
  group_ok: Generated<number>
  starts_on: string | null
  applications: 'open' | 'closed' | 'full'
  status: Generated<'confirmed' | 'cancelled'>
  capacity: number | null
  remaining: number | null
  visible_from: string
  visible_until: string
  published_at: string
  updated_at: string
  approved_at: string | null
  via: Generated<string>
  content: string
}

export interface ListingsFtsTable {
  title: string
  summary: string
  body: string
  association: string
  places: string
  terms: string
}

export interface HoursCategoriesTable {
  id: string
  label: string
  valued: Generated<0 | 1>
  archived_at: string | null
  created_at: string
  level_id: string | null
  cec_role: Generated<'' | 'governing' | 'supervising'>
}

export interface HoursRatesTable {
  id: string
  category_id: string | null
  cents_per_hour: number
  currency: 'EUR' | 'CAD'
  valid_from: string
  source: Generated<string>
  created_by: string | null
  created_at: string
  level_id: string | null
  method: Generated<'flat' | 'minimum_wage' | 'replacement' | 'scale'>
  base_cents: number | null
  times_percent: number | null
  decision: Generated<string>
}

export interface HoursEntriesTable {
  id: string
  person_id: string
  worked_on: string
  minutes: number
  category_id: string
  offer_id: string | null
  note: Generated<string>
  source: 'self' | 'coordinator'
  entered_by: string | null
  state: 'submitted' | 'approved' | 'returned' | 'replaced' | 'withdrawn'
  decided_at: string | null
  decided_by: string | null
  return_reason: Generated<string>
  reverses_id: string | null
  replaces_id: string | null
  created_at: string
  form_id: string | null
  level_id: string | null
  link_id: string | null
  rule_id: string | null
  project_id: string | null
  import_id: string | null
  place: Generated<string>
  channel: string | null
}

export interface FedKeysTable {
  actor_uri: string
  public_pem: string
  private_sealed: string
  created_at: string
}

export interface FedActorsTable {
  uri: string
  host: string
  type: string
  handle: Generated<string>
  name: Generated<string>
  summary: Generated<string>
  url: Generated<string>
  inbox: string
  shared_inbox: string | null
  followers: string | null
  role: Generated<'association' | 'centre' | 'both' | 'other'>
  key_id: string | null
  key_pem: string | null
  key_fetched_at: string | null
  key_missed_at: string | null
  body: string
  fetched_at: string
  gone_at: string | null
  search_key: Generated<string>
  icon_url: string | null
  icon_alt: Generated<string>
  territory: Generated<string>
  contact_name: Generated<string>
  contact_phone: Generated<string>
  contact_hours: Generated<string>
  place_code: Generated<string>
  place_name: Generated<string>
  sectors: Generated<string>
  member_days: number | null
}

export interface FedObjectsTable {
  id: string
  type: string
  owner: string | null
  body: string
  meta: string | null
  updated_at: string
}

export interface FedActivitiesTable {
  seq: Generated<number>
  id: string
  direction: 'in' | 'out'
  type: string
  actor: string
  object_id: string | null
  body: string
  meta: string | null
  is_public: Generated<0 | 1>
  state: 'waiting' | 'done' | 'ignored' | 'parked'
  attempts: Generated<number>
  not_before: string | null
  error: string | null
  at: string
  fetches: Generated<number>
  signed_at: string | null
}

export interface FedCollectionsTable {
  collection: string
  activity_id: string
  seq: number
}

export interface FedFollowsTable {
  activity_id: string
  follower: string
  followed: string
  state: 'asked' | 'accepted' | 'refused' | 'undone'
  at: string
}

export interface FedDeliveriesTable {
  id: Generated<number>
  activity_id: string
  inbox: string
  host: string
  order_key: string
  state: 'waiting' | 'sending' | 'failed'
  attempts: Generated<number>
  not_before: string
  lease_until: string | null
  last_error: string | null
  created_at: string
  ends_at: Generated<string>
}

export interface FedPeersTable {
  host: string
  state: Generated<'ok' | 'failing' | 'dead' | 'blocked'>
  failures: Generated<number>
  first_failed_at: string | null
  next_probe_at: string | null
  last_error: string | null
  last_seen_at: string | null
  last_delivered_at: string | null
  paused_at: string | null
  blocked_at: string | null
  allowed_at: string | null
  note: Generated<string>
  refused: Generated<string>
}

export interface AffiliationsTable {
  id: string
  partner_uri: string
  partner_is: 'centre' | 'member' | 'source' | 'follower'
  partner_name: string
  partner_url: string
  partner_summary: Generated<string>
  state: 'asking' | 'requested' | 'active' | 'refused' | 'ended'
  trust: Generated<'new' | 'standard' | 'trusted'>
  requested_at: string
  decided_at: string | null
  decided_by: string | null
  ended_at: string | null
  ended_by_us: 0 | 1 | null
  reason: Generated<string>
  error: Generated<string>
  version: Generated<number>
  ended_why: 'blocked' | null
  search_key: Generated<string>
  exact_sums: Generated<0 | 1>
  exact_sums_at: string | null
  paused_at: string | null
  pause_reason: Generated<string>
}

export interface OfferAnnouncesTable {
  announce_id: string
  offer_uri: string
  announcer_uri: string
  hops: number
  since: string
  undone_at: string | null
}

export interface OfferCountsTable {
  offer_id: string
  day: string
  channel: string
  views: Generated<number>
  apply_starts: Generated<number>
  applications: Generated<number>
  accepted: Generated<number>
  answered_1: Generated<number>
  answered_3: Generated<number>
  answered_7: Generated<number>
  answered_14: Generated<number>
  answered_later: Generated<number>
  completed: Generated<number>
}

export interface ShownCountsTable {
  day: string
  offer_uri: string
  impressions: Generated<number>
  views: Generated<number>
}

export interface CountedOffersTable {
  offer_uri: string
  association_uri: string
  association_name: string
  place_code: string | null
  place_name: Generated<string>
  department: string | null
  cause: Generated<string>
}

export interface ReportedCountsTable {
  day: string
  offer_uri: string
  reporter: string
  document: string
  impressions: Generated<number>
  views: Generated<number>
  apply_starts: Generated<number>
  applications: Generated<number>
  accepted: Generated<number>
  received_at: string
  answered_1: Generated<number>
  answered_3: Generated<number>
  answered_7: Generated<number>
  answered_14: Generated<number>
  answered_later: Generated<number>
  completed: Generated<number>
}

export interface SharedDaysTable {
  day: string
  partner_uri: string
  sums: string
  sendings: Generated<number>
  sent_at: string
}

export interface FedFurtherKeysTable {
  actor_uri: string
  key_id: string
  key_pem: string
}

export interface MonthCountsTable {
  kind: 'counted' | 'shown' | 'reported'
  offer: string
  teller: string
  month: string
  days: number
  impressions: Generated<number>
  views: Generated<number>
  apply_starts: Generated<number>
  applications: Generated<number>
  accepted: Generated<number>
  answered_1: Generated<number>
  answered_3: Generated<number>
  answered_7: Generated<number>
  answered_14: Generated<number>
  answered_later: Generated<number>
  completed: Generated<number>
  minutes: Generated<number>
  minutes_of_many: Generated<number>
}

export interface FedHostsTable {
  host: string
  domain_key: string
}

export interface EventFailuresTable {
  consumer: string
  seq: number
  fault: string
  attempts: number
  not_before: string
  parked_at: string | null
}

export interface FedFanoutsTable {
  seq: Generated<number>
  activity_id: string
  order_key: string
  inboxes: string
  followed: string | null
  after: Generated<string>
  attempts: Generated<number>
  not_before: string | null
  parked_at: string | null
}

export interface ListingStateTable {
  id: Generated<number>
  visible_from: string
  visible_until: string
  published_at: string
  is_listed: 0 | 1
  is_open: 0 | 1
  min_age: number | null
  remaining: number | null
  association_uri: string
  codes: string
  places: string
  starts_at: Generated<string>
  listed_at: Generated<string>
}

export interface ListingChangesTable {
  seq: Generated<number>
  listing_id: number
  is_reworded: 0 | 1
  at: Generated<string>
}

export interface ErasedPeopleTable {
  person_id: string
  at: string
}

export interface MailsTable {
  id: string
  dedupe: string
  template: string
  to_email: string
  to_name: Generated<string>
  locale: string
  subject: string
  body_text: string
  body_html: string
  state: 'queued' | 'sending' | 'sent' | 'failed' | 'kept' | 'gathered'
  attempts: Generated<number>
  not_before: string
  lease_until: string | null
  last_error: string | null
  created_at: string
  sent_at: string | null
  reply_name: Generated<string>
  reply_email: Generated<string>
  calendar: Generated<string>
  about: string | null
  kind: Generated<string>
  bundle: string | null
  line: Generated<string>
  link: Generated<string>
  gathered_in: string | null
  stop_url: Generated<string>
}

export interface HeldAnswersTable {
  item_id: string
  batch: string
  person_id: string | null
  version: number
  event: string
  before: string
  until: string
}

export interface PrivacyIncidentsTable {
  id: string
  happened_on: string
  known_on: string
  what: string
  data: string
  people_count: number | null
  is_serious: 0 | 1
  seriousness: string
  measures: Generated<string>
  authority_told_on: string | null
  people_told_on: string | null
  told: Generated<string>
  created_at: string
  updated_at: string
  version: Generated<number>
}

export interface PrivacyRequestsTable {
  id: string
  person_id: string
  kind: 'correction' | 'restriction'
  said: string
  source: 'self' | 'coordinator'
  entered_by: string | null
  received_on: string
  due_on: string
  state: 'open' | 'done' | 'refused'
  answer: Generated<string>
  decided_at: string | null
  decided_by: string | null
  created_at: string
}

export interface ConsentsTable {
  id: string
  person_id: string
  kind: 'contact'
  wording: string
  locale: string
  way: 'set_up'
  published: string
  given_at: string
  withdrawn_at: string | null
}

export interface ApplicationsTable {
  id: string
  offer_id: string
  state: 'unconfirmed' | 'submitted' | 'in_review' | 'waitlisted' | 'place_offered' | 'accepted' | 'completed' | 'no_show' | 'declined' | 'withdrawn' | 'lapsed' | 'offer_closed'
  given_name: string
  family_name: string
  email: string
  email_key: string
  phone: Generated<string>
  locale: string
  message: Generated<string>
  ticks: Generated<string>
  age_confirmed: Generated<0 | 1>
  seats: Generated<number>
  channel: Generated<string>
  person_id: string | null
  created_at: string
  confirmed_at: string | null
  waitlisted_at: string | null
  held_until: string | null
  decided_at: string | null
  decided_by: string | null
  reason_code: string | null
  answer: Generated<string>
  updated_at: string
  version: Generated<number>
  reminded_for: string | null
  asked_for: string | null
  said_came: 0 | 1 | null
  replies: Generated<string>
  came_on: string | null
  answered_at: string | null
}

export interface AlertSubscribersTable {
  id: string
  link_hash: string
  email: string
  email_key: string
  locale: string
  rhythm: 'weekly' | 'daily'
  told_until: string
  next_at: string
  created_at: string
  ends_at: string
  asked_at: string | null
}

export interface AlertsTable {
  id: string
  subscriber_id: string
  query: string
  label: string
  created_at: string
}

export interface TypedTownsTable {
  id: string
  key: string
  name: string
  postal_code: Generated<string>
  country: Generated<'' | 'FR' | 'CA'>
  code: string | null
  own_place: string | null
  decided_at: string | null
  version: Generated<number>
}

export interface ListingTownsTable {
  town_id: string
  listing_id: number
}

export interface EnquiriesTable {
  id: string
  state: 'unconfirmed' | 'new' | 'in_contact' | 'placed' | 'ended'
  given_name: string
  family_name: string
  email: string
  email_key: string
  phone: string
  locale: string
  wishes: string
  causes: Generated<string>
  days: Generated<string>
  parts: Generated<string>
  place_name: string
  place_code: string
  call_back: Generated<0 | 1>
  call_hours: Generated<string>
  agreed_at: string | null
  agreed_text: Generated<string>
  person_id: string | null
  taken_by: string | null
  team_note: Generated<string>
  end_reason: Generated<string>
  created_at: string
  confirmed_at: string | null
  seen_at: string
  updated_at: string
  version: Generated<number>
}

export interface EnquiryMessagesTable {
  id: string
  enquiry_id: string
  kind: 'answer' | 'proposal' | 'passed_on'
  body: string
  about: string
  title: string
  sent_by: string | null
  sent_at: string
  accepted_at: string | null
  affiliation_id: string | null
}

export interface PartnerLogosTable {
  partner_uri: string
  source_url: string
  upload_id: string | null
  alt: string
  fault: string | null
  due_at: string
}

export interface HeldChangesTable {
  offer_id: string
  revision: number
  changed_at: string
  until: string
  tells_note: Generated<0 | 1>
}

export interface OfferInvitationsTable {
  offer_id: string
  person_id: string
  sent_by: string | null
  sent_at: string
}

export interface TypedOffersTable {
  person_id: string
  offer_id: string
  form_id: string
  typed: string
  kept_at: string
}

export interface ApplicationMessagesTable {
  id: string
  application_id: string
  side: 'person' | 'team'
  body: string
  sent_by: string | null
  sent_at: string
  read_at: string | null
}

export interface HelpRequestsTable {
  id: string
  state: 'open' | 'done'
  said: string
  page: string
  reference: string
  name: string
  email: string
  email_key: string
  phone: string
  locale: string
  person_id: string | null
  taken_by: string | null
  created_at: string
  updated_at: string
}

export interface HelpAnswersTable {
  id: string
  request_id: string
  body: string
  sent_by: string | null
  sent_at: string
}

export interface OfferTemplatesTable {
  id: string
  name: string
  content: string
  visibility: 'public' | 'unlisted' | 'members'
  offer_id: string | null
  created_by: string | null
  created_at: string
}

export interface ApplicationGuardiansTable {
  application_id: string
  guardian_name: string
  guardian_email: string
  wording: Generated<string>
  asked_at: string | null
  reminded_at: string | null
  given_at: string | null
  noted_by: string | null
  withdrawn_at: string | null
}

export interface OfferImportsTable {
  id: string
  content: string | null
  columns: string
  rows: number
  created_by: string | null
  created_at: string
}

export interface OfferImportRowsTable {
  import_id: string
  line: number
  hash: string
  offer_id: string
}

export interface OfferMessagesTable {
  id: string
  offer_uri: string
  partner_uri: string
  is_ours: 0 | 1
  person_id: string | null
  at: string
  revision: number
  words: string
  comments: Generated<string>
}

export interface OfferContactsTable {
  offer_id: string
  person_id: string
  position: number
}

export interface HoursLevelsTable {
  id: string
  label: string
  archived_at: string | null
  created_at: string
}

export interface OfferFilesTable {
  id: string
  offer_id: string
  kind: 'picture' | 'sheet'
  media_type: string
  name: Generated<string>
  width: Generated<number>
  height: Generated<number>
  bytes: Buffer
  created_at: string
}

export interface HoursTimersTable {
  person_id: string
  started_at: string
  stopped_at: string | null
}

export interface ModerationItemsTable {
  id: string
  offer_uri: string
  association_uri: string
  association_name: string
  title: string
  state: 'pending' | 'in_review' | 'accepted' | 'changes_requested' | 'refused' | 'suspended' | 'removed' | 'withdrawn'
  accepted_revision: number | null
  accepted_hash: string | null
  accepted_offer: string | null
  accepted_at: string | null
  accepted_by: string | null
  pending_revision: number | null
  pending_offer: string | null
  pending_since: string | null
  via: Generated<string>
  latest_revision: number
  latest_updated_at: string
  taken_by: string | null
  taken_at: string | null
  reason_code: string | null
  note: Generated<string>
  decided_at: string | null
  decided_by: string | null
  received_at: string
  version: Generated<number>
  is_direct: Generated<0 | 1>
  hops: Generated<number>
  is_foreign: Generated<0 | 1>
  unmapped: Generated<string>
  completion: string | null
  answered_offer: string | null
  search_key: Generated<string>
  commitment: Generated<string>
  causes: Generated<string>
  arrival: Generated<'new' | 'changed' | 'answered' | 'back'>
  answered_after: number | null
  is_compared: Generated<0 | 1>
  first_listed_at: string | null
}

export interface SubmissionsTable {
  offer_id: string
  centre_uri: string
  state: 'sent' | 'accepted' | 'changes_requested' | 'refused' | 'suspended' | 'removed' | 'withdrawn'
  revision: number
  accepted_revision: number | null
  reason_code: string | null
  note: Generated<string>
  submitted_at: string
  decided_at: string | null
}

export interface OfferReportsTable {
  id: string
  state: 'open' | 'suspended' | 'changed' | 'kept'
  origin: 'home' | 'member'
  offer_uri: string
  public_id: string
  title: string
  association_name: string
  reason: string
  said: string
  email: string
  email_key: string
  locale: string
  person_id: string | null
  answer: Generated<string>
  decided_by: string | null
  created_at: string
  updated_at: string
}

export interface ModerationLikenessTable {
  key: number
  item_id: string
}

export interface ModerationVerdictsTable {
  first_id: string
  second_id: string
  verdict: 'same' | 'different'
  decided_by: string | null
  decided_at: string
}

export interface TeamNotesTable {
  id: string
  association_uri: string
  item_id: string | null
  body: string
  written_by: string | null
  written_at: string
}

export interface HoursYearsTable {
  from_day: string
  until_day: string
  is_valued: Generated<0 | 1>
  why: Generated<string>
  method_note: Generated<string>
  debit_account: string
  credit_account: string
  budget_cents: number | null
  subsidies_cents: number | null
  others_cents: number | null
  updated_at: string
}

export interface HoursStatementsTable {
  id: string
  number: number | null
  from_day: string
  until_day: string
  state: 'closing' | 'closed'
  is_in_force: 0 | 1
  reverses_id: string | null
  reason: Generated<string>
  next_day: string
  next_person: Generated<string>
  people: Generated<number>
  currency: 'EUR' | 'CAD'
  is_valued: 0 | 1
  why: string
  method_note: string
  debit_account: string
  credit_account: string
  budget_cents: number | null
  subsidies_cents: number | null
  others_cents: number | null
  created_at: string
  created_by: string | null
  closed_at: string | null
  posted_at: string | null
  posted_by: string | null
  posted_as: Generated<string>
}

export interface HoursStatementLinesTable {
  statement_id: string
  category_id: string
  level_id: string | null
  cents_per_hour: number | null
  category_label: Generated<string>
  level_label: string | null
  is_valued: 0 | 1
  basis: Generated<string>
  minutes: number
  cents: number | null
  project_id: string | null
  project_name: string | null
}

export interface AttestationsTable {
  id: string
  number: number
  code: string
  person_id: string
  kind: 'volunteer' | 'school'
  locale: 'fr' | 'fr-CA' | 'en'
  person_name: string
  from_day: string
  until_day: string
  functions: string
  skills: Generated<string>
  school: Generated<string>
  guardian_name: Generated<string>
  guardian_agreed_on: string | null
  signatory: string
  signatory_role: string
  place: string
  issued_on: string
  created_at: string
  created_by: string | null
  revoked_at: string | null
}

export interface VolunteerSkillsTable {
  person_id: string
  skills: string
  updated_at: string
}

export interface CredentialKeysTable {
  id: string
  public_jwk: string
  private_sealed: string
  created_at: string
}

export interface ListingLinksTable {
  listing_id: number
  other_uri: string
}

export interface HoursHeadcountsTable {
  id: string
  worked_on: string
  people: number
  minutes: number
  category_id: string
  level_id: string | null
  offer_id: string | null
  reason: Generated<string>
  entered_by: string | null
  reverses_id: string | null
  created_at: string
  form_id: string | null
  project_id: string | null
}

export interface TripsTable {
  id: string
  person_id: string
  travelled_on: string
  metres: number
  way: string
  choice: 'reimburse' | 'waive'
  waiver: Generated<string>
  hours_id: string | null
  entered_by: string | null
  state: 'submitted' | 'approved' | 'returned' | 'withdrawn'
  decided_at: string | null
  decided_by: string | null
  return_reason: Generated<string>
  reverses_id: string | null
  created_at: string
  form_id: string | null
  project_id: string | null
}

export interface TripRatesTable {
  valid_from: string
  mills_per_km: number
  source: string
  created_by: string | null
  created_at: string
}

export interface HoursLinksTable {
  id: string
  hash: string
  series: Generated<number>
  offer_id: string | null
  person_id: string | null
  category_id: string | null
  is_on: Generated<0 | 1>
  expires_on: string
  used_at: string | null
  created_by: string | null
  created_at: string
}

export interface KioskLinesTable {
  id: string
  offer_id: string | null
  category_id: string
  given_name: string
  family_name: string
  worked_on: string
  minutes: number
  created_at: string
  form_id: string | null
}

export interface HoursRulesTable {
  id: string
  most_minutes: number
  needs_offer: 0 | 1
  category_id: string | null
  takes_links: 0 | 1
  created_by: string | null
  created_at: string
  ended_at: string | null
}

export interface ApplicationWelcomeTable {
  application_id: string
  item: string
  side: 'person' | 'team'
  ticked_at: string
  ticked_by: string | null
}

export interface WithdrawnNumbersTable {
  number: Generated<number>
}

export interface PictureCopiesTable {
  offer_uri: string
  source_url: string
  id: string
  media_type: string | null
  width: Generated<number>
  height: Generated<number>
  bytes: Buffer | null
  tries: Generated<number>
  fault: string | null
  due_at: string | null
}

export interface HoursProjectsTable {
  id: string
  name: string
  name_key: string
  archived_at: string | null
  created_at: string
}

export interface HoursStatementProjectsTable {
  statement_id: string
  project_id: string | null
  people: number
}

export interface TestimonialsTable {
  id: string
  application_id: string
  offer_id: string
  state: 'waiting' | 'shown' | 'hidden' | 'private'
  words: string
  signature: 'given' | 'initials' | 'none'
  shown_name: string
  locale: string
  wording: string
  email_key: string
  person_id: string | null
  version: Generated<number>
  written_at: string
  updated_at: string
  decided_by: string | null
}

export interface ImportsTable {
  id: string
  tool: 'benevalibre' | 'paheko' | 'galette' | 'table'
  file_name: string
  headings: string
  columns: string
  twins: Generated<0 | 1>
  newcomers: Generated<'add' | 'leave'>
  state: 'checking' | 'ready' | 'taking' | 'taken' | 'undoing' | 'undone'
  step: Generated<number>
  next_line: Generated<number>
  last_line: number
  rows: number
  people_made: Generated<number>
  lines_made: Generated<number>
  lines_kept: Generated<number>
  people_kept: Generated<number>
  created_at: string
  created_by: string | null
  taken_at: string | null
  taken_by: string | null
  undone_at: string | null
  undone_by: string | null
  forgotten_at: string | null
  sheet: Generated<string>
}

export interface ImportPeopleTable {
  import_id: string
  number: number
  name_key: string
  given_name: string
  family_name: string
  email: string
  phone: string
  joined_on: string | null
  verdict: Generated<'unread' | 'new' | 'known' | 'doubt' | 'left'>
  is_chosen: Generated<0 | 1>
  lines: Generated<number>
  twins: Generated<number>
  is_made: Generated<0 | 1>
  person_id: string | null
}

export interface ImportWordsTable {
  import_id: string
  kind: 'category' | 'level' | 'project'
  word_key: string
  word: string
  target: string
}

export interface ImportRowsTable {
  import_id: string
  line: number
  cells: string
  verdict: Generated<'unread' | 'good' | 'faulty' | 'there' | 'twice'>
  faults: Generated<string>
  party: number | null
  worked_on: string | null
  minutes: number | null
  note: Generated<string>
  category: string | null
  level: string | null
  project: string | null
  is_made: Generated<0 | 1>
  place: Generated<string>
}

export interface CecFilesTable {
  person_id: string
  year: number
  state: 'begun' | 'told' | 'declared' | 'validated' | 'refused'
  elsewhere_minutes: Generated<number>
  told_at: string | null
  declared_on: string | null
  decided_on: string | null
  decided_by: string | null
  decided_minutes: number | null
  reason: Generated<string>
  updated_at: string
}

export interface UsualHoursTable {
  person_id: string
  month: string
  worked_on: string
  minutes: number
  category_id: string
  offer_id: string | null
  asked_at: string
  recorded_at: string | null
}

export interface GatheredAttestationsTable {
  id: string
  person_id: string
  credential: string
  credential_id: string
  issuer_name: string
  issuer_url: string
  person_name: string
  role: string
  from_day: string
  until_day: string
  minutes: number
  state: 'valid' | 'withdrawn'
  checked_at: string
  created_at: string
}

export interface SharedTemplatesTable {
  id: string
  name: string
  content: string
  created_by: string | null
  created_at: string
  updated_at: string
}

export interface CentreTemplatesTable {
  id: string
  centre_uri: string
  name: string
  content: string
  rank: number
}

export interface CentreTemplateReadingsTable {
  centre_uri: string
  due_at: string
  fault: string | null
}

export interface RolesTable {
  id: string
  name: string
  name_key: string
  created_at: string
}

export interface RoleRightsTable {
  role_id: string
  right_name: string
}

export interface GivenRolesTable {
  person_id: string
  role_id: string
  granted_at: string
  granted_by: string | null
}

export interface TeamsTable {
  id: string
  name: string
  name_key: string
  archived_at: string | null
  created_at: string
}

export interface TeamMembersTable {
  team_id: string
  person_id: string
  added_at: string
}

export interface LimitedRolesTable {
  id: string
  person_id: string
  role: 'coordinator' | 'treasurer' | null
  role_id: string | null
  project_id: string | null
  team_id: string | null
  granted_at: string
  granted_by: string | null
}

export interface TripCorrectionsTable {
  id: string
  trip_id: string
  way: string
  project_id: string | null
  corrected_at: string
  corrected_by: string | null
}

export interface OfferHoursTable {
  offer_id: string
  day: string
  channel: string
  minutes: Generated<number>
  minutes_of_many: Generated<number>
}

export interface IncomingMailsTable {
  key: string
  at: string
  file: Generated<string>
  reason: Generated<'' | 'big' | 'unread' | 'fault'>
}

export interface IncomingCountsTable {
  day: string
  outcome: 'taken' | 'told' | 'automatic' | 'unknown'
  count: number
}

export interface Tables {
  migrations: MigrationsTable
  instance_facts: InstanceFactsTable
  uploads: UploadsTable
  association: AssociationTable
  people: PeopleTable
  people_roles: PeopleRolesTable
  sessions: SessionsTable
  tokens: TokensTable
  throttle: ThrottleTable
  events: EventsTable
  event_cursors: EventCursorsTable
  jobs: JobsTable
  offers: OffersTable
  offer_revisions: OfferRevisionsTable
  listings: ListingsTable
  listings_fts: ListingsFtsTable
  hours_categories: HoursCategoriesTable
  hours_rates: HoursRatesTable
  hours_entries: HoursEntriesTable
  fed_keys: FedKeysTable
  fed_actors: FedActorsTable
  fed_objects: FedObjectsTable
  fed_activities: FedActivitiesTable
  fed_collections: FedCollectionsTable
  fed_follows: FedFollowsTable
  fed_deliveries: FedDeliveriesTable
  fed_peers: FedPeersTable
  affiliations: AffiliationsTable
  offer_announces: OfferAnnouncesTable
  offer_counts: OfferCountsTable
  shown_counts: ShownCountsTable
  counted_offers: CountedOffersTable
  reported_counts: ReportedCountsTable
  shared_days: SharedDaysTable
  fed_further_keys: FedFurtherKeysTable
  month_counts: MonthCountsTable
  fed_hosts: FedHostsTable
  event_failures: EventFailuresTable
  fed_fanouts: FedFanoutsTable
  listing_state: ListingStateTable
  listing_changes: ListingChangesTable
  erased_people: ErasedPeopleTable
  mails: MailsTable
  held_answers: HeldAnswersTable
  privacy_incidents: PrivacyIncidentsTable
  privacy_requests: PrivacyRequestsTable
  consents: ConsentsTable
  applications: ApplicationsTable
  alert_subscribers: AlertSubscribersTable
  alerts: AlertsTable
  typed_towns: TypedTownsTable
  listing_towns: ListingTownsTable
  enquiries: EnquiriesTable
  enquiry_messages: EnquiryMessagesTable
  partner_logos: PartnerLogosTable
  held_changes: HeldChangesTable
  offer_invitations: OfferInvitationsTable
  typed_offers: TypedOffersTable
  application_messages: ApplicationMessagesTable
  help_requests: HelpRequestsTable
  help_answers: HelpAnswersTable
  offer_templates: OfferTemplatesTable
  application_guardians: ApplicationGuardiansTable
  offer_imports: OfferImportsTable
  offer_import_rows: OfferImportRowsTable
  offer_messages: OfferMessagesTable
  offer_contacts: OfferContactsTable
  hours_levels: HoursLevelsTable
  offer_files: OfferFilesTable
  hours_timers: HoursTimersTable
  moderation_items: ModerationItemsTable
  submissions: SubmissionsTable
  offer_reports: OfferReportsTable
  moderation_likeness: ModerationLikenessTable
  moderation_verdicts: ModerationVerdictsTable
  team_notes: TeamNotesTable
  hours_years: HoursYearsTable
  hours_statements: HoursStatementsTable
  hours_statement_lines: HoursStatementLinesTable
  attestations: AttestationsTable
  volunteer_skills: VolunteerSkillsTable
  credential_keys: CredentialKeysTable
  listing_links: ListingLinksTable
  hours_headcounts: HoursHeadcountsTable
  trips: TripsTable
  trip_rates: TripRatesTable
  hours_links: HoursLinksTable
  kiosk_lines: KioskLinesTable
  hours_rules: HoursRulesTable
  application_welcome: ApplicationWelcomeTable
  withdrawn_numbers: WithdrawnNumbersTable
  picture_copies: PictureCopiesTable
  hours_projects: HoursProjectsTable
  hours_statement_projects: HoursStatementProjectsTable
  testimonials: TestimonialsTable
  imports: ImportsTable
  import_people: ImportPeopleTable
  import_words: ImportWordsTable
  import_rows: ImportRowsTable
  cec_files: CecFilesTable
  usual_hours: UsualHoursTable
  gathered_attestations: GatheredAttestationsTable
  shared_templates: SharedTemplatesTable
  centre_templates: CentreTemplatesTable
  centre_template_readings: CentreTemplateReadingsTable
  roles: RolesTable
  role_rights: RoleRightsTable
  given_roles: GivenRolesTable
  teams: TeamsTable
  team_members: TeamMembersTable
  limited_roles: LimitedRolesTable
  trip_corrections: TripCorrectionsTable
  offer_hours: OfferHoursTable
  incoming_mails: IncomingMailsTable
  incoming_counts: IncomingCountsTable
}

export type Row<T extends keyof Tables> = Selectable<Tables[T]>
export type NewRow<T extends keyof Tables> = Insertable<Tables[T]>
export type Changes<T extends keyof Tables> = Updateable<Tables[T]>
