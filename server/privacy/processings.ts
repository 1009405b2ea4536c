// SPDX-License-Identifier: AGPL-3.0-or-later
// What is done with personal data, and with which columns of the data map (GDPR, art. 30; Québec: s. 3.2 of the Act on
// the private sector). test/house/register.test.ts names a personal column that stands in none of them, or in two.
import type { Config } from '../../config/env.ts'
import type { Tables } from '../../db/schema.ts'
import { LONGEST_LINK } from '../accounts/tokens.ts'
import { CONFIRM_WITHIN_HOURS, KEEP_MONTHS } from '../applications/rules.ts'
import { TRAIL_KEPT } from '../audit/rules.ts'
import { DAY } from '../base/clock.ts'
import { ENQUIRY_MONTHS } from '../model/enquiry.ts'
import { HELP_MONTHS } from '../model/help.ts'
import { REPORT_MONTHS } from '../model/report.ts'
import { TESTIMONIAL_MONTHS } from '../model/testimonial.ts'
import { ALERT_MONTHS, CONFIRM_ALERT_DAYS } from '../model/alerts.ts'
import type { Role } from '../model/viewer.ts'
import { ACTIVITY_DAYS, MAIL_DAYS, SIGN_IN_DAYS, TYPED_DAYS } from '../operator/retention.ts'
import { FILE_DAYS } from '../imports/rules.ts'
import { IMPORT_DAYS } from '../model/offer/rules.ts'
import { LONGEST_SESSION } from '../web/session.ts'

type ColumnsOf = { readonly [T in keyof Tables]?: readonly (keyof Tables[T] & string)[] }

export type Processing = {
  /** Its texts are `privacy.processing.CODE`, `privacy.why.CODE`, `privacy.people.CODE` and `privacy.keep.CODE`. */
  code: string
  /** Legal ground by country: `privacy.ground.CODE`. */
  ground: { fr: 'asked' | 'consent' | 'interest' | 'duty'; ca: 'given' | 'needed' | 'duty_ca' }
  columns: ColumnsOf
  /** Roles that read it on a page, or everybody. */
  seenBy: readonly Role[] | 'everybody'
  /** In a mail that the site sends; nothing else leaves it. */
  isMailed: boolean
  /** Numbers for `privacy.keep.CODE`, as they are in force. */
  keep(config: Config): Record<string, number>
}

const days = (milliseconds: number) => Math.ceil(milliseconds / DAY)
const asAccount = ({ keepInactiveMonths, keepInvitedMonths }: Config) => ({
  months: keepInactiveMonths,
  invited: keepInvitedMonths,
})

const APPLICATIONS: Processing = {
  code: 'applications',
  ground: { fr: 'asked', ca: 'given' },
  columns: {
    applications: [
      ...(['offer_id', 'state', 'given_name', 'family_name', 'email', 'email_key', 'phone', 'locale'] as const),
      ...([
        'message',
        'ticks',
        'replies',
        'age_confirmed',
        'seats',
        'channel',
        'person_id',
        'created_at',
        'confirmed_at',
      ] as const),
      ...([
        'waitlisted_at',
        'held_until',
        'reminded_for',
        'asked_for',
        'said_came',
        'came_on',
        'answered_at',
        'decided_at',
        'reason_code',
        'answer',
        'updated_at',
      ] as const),
    ],
    application_guardians: [
      ...(['application_id', 'guardian_name', 'guardian_email', 'wording', 'asked_at', 'reminded_at'] as const),
      ...(['given_at', 'withdrawn_at'] as const),
    ],
    application_messages: ['application_id', 'side', 'body', 'sent_at', 'read_at'],
    application_welcome: ['application_id', 'item', 'side', 'ticked_at'],
  },
  seenBy: ['coordinator', 'administrator'],
  isMailed: true,
  keep: () => ({ months: KEEP_MONTHS, hours: CONFIRM_WITHIN_HOURS }),
}

const ENQUIRIES: Processing = {
  code: 'enquiries',
  ground: { fr: 'asked', ca: 'given' },
  columns: {
    enquiries: [
      ...(['state', 'given_name', 'family_name', 'email', 'email_key', 'phone', 'locale', 'wishes'] as const),
      ...(['causes', 'days', 'parts', 'place_name', 'place_code', 'call_back', 'call_hours'] as const),
      ...(['agreed_at', 'agreed_text', 'person_id', 'team_note', 'end_reason'] as const),
      ...(['created_at', 'confirmed_at', 'seen_at', 'updated_at'] as const),
    ],
    enquiry_messages: ['enquiry_id', 'kind', 'body', 'about', 'title', 'sent_at', 'accepted_at'],
  },
  seenBy: ['coordinator', 'administrator'],
  isMailed: true,
  keep: () => ({ months: ENQUIRY_MONTHS, hours: CONFIRM_WITHIN_HOURS }),
}

const HELP: Processing = {
  code: 'help',
  ground: { fr: 'asked', ca: 'given' },
  columns: {
    help_requests: [
      ...(['state', 'said', 'page', 'reference', 'name', 'email', 'email_key', 'phone', 'locale'] as const),
      ...(['person_id', 'created_at', 'updated_at'] as const),
    ],
    help_answers: ['request_id', 'body', 'sent_at'],
  },
  seenBy: ['administrator'],
  isMailed: true,
  keep: () => ({ months: HELP_MONTHS }),
}

const TESTIMONIALS: Processing = {
  code: 'testimonials',
  ground: { fr: 'consent', ca: 'given' },
  columns: {
    testimonials: [
      ...(['offer_id', 'state', 'words', 'signature', 'shown_name', 'locale', 'email_key', 'person_id'] as const),
      ...(['wording', 'written_at', 'updated_at'] as const),
    ],
  },
  seenBy: 'everybody',
  isMailed: false,
  keep: () => ({ months: TESTIMONIAL_MONTHS }),
}

const REPORTS: Processing = {
  code: 'reports',
  ground: { fr: 'interest', ca: 'given' },
  columns: {
    offer_reports: [
      ...(['state', 'title', 'reason', 'said', 'email', 'email_key', 'locale', 'person_id', 'answer'] as const),
      ...(['created_at', 'updated_at'] as const),
    ],
  },
  seenBy: ['coordinator', 'moderator', 'administrator'],
  isMailed: true,
  keep: () => ({ months: REPORT_MONTHS }),
}

const VOLUNTEERS: Processing = {
  code: 'volunteers',
  ground: { fr: 'interest', ca: 'given' },
  columns: {
    people: [
      ...(['member_number', 'given_name', 'family_name', 'search_key', 'email', 'email_key', 'phone'] as const),
      ...(['locale', 'invited_at', 'joined_on', 'disabled_at', 'created_at', 'updated_at', 'warned_at'] as const),
      ...(['team_note', 'notice_choices', 'keeps_help', 'validates_cec', 'thanked_hours'] as const),
    ],
    people_roles: ['person_id', 'role', 'granted_at'],
    given_roles: ['person_id', 'role_id', 'granted_at'],
    limited_roles: ['person_id', 'role', 'role_id', 'project_id', 'team_id', 'granted_at'],
    team_members: ['team_id', 'person_id', 'added_at'],
    offer_invitations: ['offer_id', 'person_id', 'sent_at'],
  },
  seenBy: ['coordinator', 'administrator'],
  isMailed: true,
  keep: asAccount,
}

const HOURS: Processing = {
  code: 'hours',
  ground: { fr: 'interest', ca: 'given' },
  columns: {
    hours_entries: [
      ...(['person_id', 'worked_on', 'minutes', 'category_id', 'level_id', 'offer_id', 'note'] as const),
      ...(['channel', 'project_id', 'place', 'source', 'state'] as const),
      ...(['decided_at', 'return_reason', 'reverses_id', 'replaces_id', 'created_at'] as const),
    ],
    cec_files: [
      ...(['person_id', 'year', 'state', 'elsewhere_minutes', 'told_at', 'declared_on', 'decided_on'] as const),
      ...(['decided_minutes', 'reason', 'updated_at'] as const),
    ],
    usual_hours: [
      ...([
        'person_id',
        'month',
        'worked_on',
        'minutes',
        'category_id',
        'offer_id',
        'asked_at',
        'recorded_at',
      ] as const),
    ],
    hours_timers: ['person_id', 'started_at', 'stopped_at'],
    hours_links: ['hash', 'person_id', 'used_at', 'created_at'],
    kiosk_lines: [
      ...(['offer_id', 'category_id', 'given_name', 'family_name', 'worked_on', 'minutes', 'created_at'] as const),
    ],
    trips: [
      ...(['person_id', 'travelled_on', 'metres', 'way', 'choice', 'waiver', 'hours_id', 'project_id'] as const),
      ...(['state', 'decided_at', 'return_reason', 'reverses_id', 'created_at'] as const),
    ],
    trip_corrections: ['trip_id', 'way', 'project_id', 'corrected_at'],
  },
  seenBy: ['coordinator', 'treasurer', 'administrator'],
  isMailed: true,
  keep: asAccount,
}

const ATTESTATIONS: Processing = {
  code: 'attestations',
  ground: { fr: 'interest', ca: 'given' },
  columns: {
    attestations: [
      ...(['number', 'code', 'person_id', 'kind', 'locale', 'person_name', 'from_day', 'until_day'] as const),
      ...(['functions', 'skills', 'school', 'guardian_name', 'guardian_agreed_on', 'signatory'] as const),
      ...(['signatory_role', 'place', 'issued_on', 'created_at', 'revoked_at'] as const),
    ],
    volunteer_skills: ['person_id', 'skills', 'updated_at'],
    gathered_attestations: [
      ...(['person_id', 'credential', 'credential_id', 'issuer_name', 'issuer_url', 'person_name', 'role'] as const),
      ...(['from_day', 'until_day', 'minutes', 'state', 'checked_at', 'created_at'] as const),
    ],
    credential_keys: ['private_sealed'],
  },
  seenBy: ['coordinator', 'administrator'],
  isMailed: false,
  keep: asAccount,
}

const ACCESS: Processing = {
  code: 'access',
  ground: { fr: 'interest', ca: 'needed' },
  columns: {
    people: [
      ...(['email_verified_at', 'password_hash', 'password_set_at', 'totp_secret', 'totp_confirmed_at'] as const),
      'last_seen_on',
    ],
    sessions: ['id_hash', 'person_id', 'content', 'device', 'created_at', 'seen_at', 'expires_at'],
    tokens: ['hash', 'purpose', 'person_id', 'content', 'created_at', 'expires_at', 'used_at'],
    throttle: ['key'],
  },
  seenBy: ['administrator'],
  isMailed: true,
  keep: () => ({ session: days(LONGEST_SESSION), link: days(LONGEST_LINK) }),
}

const MAILS: Processing = {
  code: 'mails',
  ground: { fr: 'interest', ca: 'needed' },
  columns: {
    mails: [
      ...(['dedupe', 'template', 'to_email', 'to_name', 'locale', 'subject', 'body_text', 'body_html'] as const),
      ...(['state', 'last_error', 'created_at', 'sent_at'] as const),
      ...(['reply_name', 'reply_email', 'about', 'line', 'link', 'stop_url'] as const),
    ],
  },
  seenBy: ['administrator'],
  isMailed: true,
  keep: () => ({ days: MAIL_DAYS }),
}

const ALERTS: Processing = {
  code: 'alerts',
  ground: { fr: 'asked', ca: 'given' },
  columns: {
    alert_subscribers: [
      ...(['link_hash', 'email', 'email_key', 'locale', 'rhythm', 'created_at', 'ends_at', 'asked_at'] as const),
    ],
    alerts: ['query', 'label', 'created_at'],
  },
  seenBy: ['administrator'],
  isMailed: true,
  keep: () => ({ months: ALERT_MONTHS, days: CONFIRM_ALERT_DAYS }),
}

const IMPORTS: Processing = {
  code: 'imports',
  ground: { fr: 'interest', ca: 'needed' },
  columns: { offer_imports: ['content', 'created_by', 'created_at'] },
  seenBy: ['coordinator', 'administrator'],
  isMailed: false,
  keep: () => ({ days: IMPORT_DAYS }),
}

const FILES: Processing = {
  code: 'files',
  ground: { fr: 'interest', ca: 'needed' },
  columns: {
    imports: ['created_by', 'created_at'],
    import_people: ['name_key', 'given_name', 'family_name', 'email', 'phone', 'joined_on', 'person_id'],
    import_rows: ['cells', 'note', 'place'],
  },
  seenBy: ['coordinator', 'administrator'],
  isMailed: false,
  keep: () => ({ days: FILE_DAYS }),
}

const TRAIL: Processing = {
  code: 'trail',
  ground: { fr: 'interest', ca: 'needed' },
  columns: { events: ['at', 'type', 'actor_id', 'subject_id', 'details'] },
  seenBy: ['administrator'],
  isMailed: false,
  keep: () => ({ looks: days(TRAIL_KEPT), signIns: SIGN_IN_DAYS }),
}

const TEAM: Processing = {
  code: 'team',
  ground: { fr: 'interest', ca: 'needed' },
  columns: {
    offers: ['contact_id', 'created_by'],
    offer_contacts: ['offer_id', 'person_id'],
    typed_offers: ['person_id', 'offer_id', 'typed', 'kept_at'],
    offer_revisions: ['created_by'],
    offer_templates: ['created_by'],
    shared_templates: ['created_by'],
    applications: ['decided_by'],
    application_guardians: ['noted_by'],
    application_messages: ['sent_by'],
    application_welcome: ['ticked_by'],
    enquiries: ['taken_by'],
    enquiry_messages: ['sent_by'],
    help_requests: ['taken_by'],
    help_answers: ['sent_by'],
    offer_reports: ['decided_by'],
    testimonials: ['decided_by'],
    offer_invitations: ['sent_by'],
    hours_rates: ['created_by'],
    hours_statements: ['created_by', 'posted_by'],
    attestations: ['created_by'],
    cec_files: ['decided_by'],
    hours_entries: ['entered_by', 'decided_by'],
    hours_headcounts: ['entered_by'],
    trips: ['entered_by', 'decided_by'],
    trip_corrections: ['corrected_by'],
    trip_rates: ['created_by'],
    hours_links: ['created_by'],
    hours_rules: ['created_by'],
    moderation_items: ['accepted_by', 'taken_by', 'decided_by'],
    moderation_verdicts: ['decided_by'],
    team_notes: ['body', 'written_by', 'written_at'],
    held_answers: ['person_id'],
    offer_messages: ['person_id'],
    affiliations: ['decided_by'],
    people_roles: ['granted_by'],
    given_roles: ['granted_by'],
    limited_roles: ['granted_by'],
  },
  seenBy: ['coordinator', 'treasurer', 'moderator', 'administrator'],
  isMailed: false,
  keep: () => ({ days: TYPED_DAYS }),
}

const CONTACT: Processing = {
  code: 'contact',
  ground: { fr: 'interest', ca: 'given' },
  columns: {
    association: [
      ...(['contact_name', 'contact_email', 'contact_phone', 'director_name', 'privacy_name'] as const),
      ...(['privacy_title', 'privacy_contact'] as const),
    ],
  },
  seenBy: 'everybody',
  isMailed: false,
  keep: () => ({}),
}

const RIGHTS: Processing = {
  code: 'rights',
  ground: { fr: 'duty', ca: 'duty_ca' },
  columns: {
    privacy_requests: [
      ...(['person_id', 'kind', 'said', 'source', 'entered_by', 'received_on', 'due_on', 'state'] as const),
      ...(['answer', 'decided_at', 'decided_by', 'created_at'] as const),
    ],
    people: ['restricted_at', 'restriction_ends_at'],
    consents: ['person_id', 'kind', 'wording', 'locale', 'way', 'published', 'given_at', 'withdrawn_at'],
  },
  seenBy: ['administrator'],
  isMailed: true,
  keep: asAccount,
}

const SITES: Processing = {
  code: 'sites',
  ground: { fr: 'interest', ca: 'needed' },
  columns: {
    fed_actors: [
      'contact_name',
      'contact_phone',
      'uri',
      'handle',
      'name',
      'summary',
      'url',
      'followers',
      'body',
      'search_key',
    ],
    fed_further_keys: ['actor_uri'],
    fed_keys: ['private_sealed'],
  },
  seenBy: ['moderator', 'administrator'],
  isMailed: false,
  keep: () => ({ days: ACTIVITY_DAYS }),
}

export const PROCESSINGS: readonly Processing[] = [
  APPLICATIONS,
  ENQUIRIES,
  HELP,
  TESTIMONIALS,
  REPORTS,
  VOLUNTEERS,
  HOURS,
  ATTESTATIONS,
  ACCESS,
  MAILS,
  ALERTS,
  IMPORTS,
  FILES,
  TRAIL,
  TEAM,
  CONTACT,
  RIGHTS,
  SITES,
]
