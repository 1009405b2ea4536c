// SPDX-License-Identifier: AGPL-3.0-or-later
// Every event that commands record, and that mails, federation, audit and statistics read.
import { z } from 'zod'

/** An id, a code or an address; never text that a person wrote. */
const text = z.string()
const uri = z.string().min(1)
const count = z.number().int()
const day = z.iso.date()
const flag = z.boolean()

type Shape = Record<string, z.ZodType>
const about = <S extends Shape>(details: S) => ({ hasSubject: true as const, details: z.object(details) })
const general = <S extends Shape>(details: S) => ({ hasSubject: false as const, details: z.object(details) })

/** `command_line`: done on the machine itself, without an account. */
const byOperator = { command_line: flag.optional() }
const ofHost = { ...byOperator, host: text }
/** What was removed together with hosts that are no longer allowed. */
const gone = { relations: count, offers: count, unread: count, deliveries: count, messages: count }
const byCommandLine = { by: z.literal('command line').optional() }

const ofApplication = { offer: text }
const movedApplication = { ...ofApplication, from: text, reason: text.optional() }
const ofRate = { category: text.optional(), valid_from: day.optional(), cents: count.optional() }
const withPartner = { partner: uri }
const ofItem = { offer: uri, association: uri }
const read = { ...ofItem, revision: count.nullable() }

/** Why somebody of the waiting list gets a place. */
export const PLACE_WHY = ['free', 'freed', 'lapsed', 'more_places'] as const
export type PlaceWhy = (typeof PLACE_WHY)[number]

/** What changed about an offer that is online, apart from its text. */
export const STANDING_CHANGES = [
  'paused',
  'resumed',
  'closed',
  'full',
  'freed',
  'renewed',
  'cancelled',
  'reopened',
  'expired',
  'capacity',
] as const

/** `about`: the subject is the id of one thing. `general`: the subject may be absent. */
export const EVENTS = {
  'association.created': general({}),
  /** `fields`: names of columns, separated by spaces. */
  'association.updated': general({ fields: text }),

  'offer.created': about({ copied_from: text.optional(), template: text.optional() }),
  /** Volunteers, once each. */
  'offer.invited': about({ people: count }),
  'offer.drafted': about({}),
  'offer.published': about({ revision: count.optional() }),
  'offer.updated': about({ revision: count.optional(), material: flag.optional() }),
  'offer.standing_changed': about({ what: z.enum(STANDING_CHANGES), reason: text.optional() }),
  'offer.discarded': about({}),
  'offer.removed': about({}),
  'offer.submitted': about({ centre: uri }),
  'offer.withdrawn': about({ centre: uri }),
  'submission.decided': about({
    centre: uri,
    decision: z.enum(['accepted', 'changes_requested', 'refused', 'suspended', 'removed']),
    revision: count,
  }),

  /** A model to start offers from; `offer`: the one it was made of. */
  'template.created': about({ offer: text }),
  'template.updated': about({}),
  'template.removed': about({}),

  /** A model that a centre writes for its members. */
  'shared_template.saved': about({}),
  'shared_template.removed': about({}),

  'application.created': about(ofApplication),
  'application.confirmed': about(ofApplication),
  /** By the team, for somebody who called or came. */
  'application.noted': about(ofApplication),
  'application.in_review': about(movedApplication),
  /** `rank`: 1 for the first of the waiting list. */
  'application.waitlisted': about({ ...movedApplication, rank: count.optional() }),
  /** By the team, before others who came earlier. */
  'application.put_first': about({ ...ofApplication, reason: text }),
  'application.place_offered': about({ ...movedApplication, why: z.enum(PLACE_WHY).optional() }),
  'application.lapsed': about(movedApplication),
  'application.accepted': about(movedApplication),
  /** By a named person of the team; it never leaves this instance. */
  'application.completed': about(movedApplication),
  'application.no_show': about(movedApplication),
  /** By the person. */
  'application.said': about({ ...ofApplication, came: flag }),
  /** By the person, or by the team. `message`: its id. */
  'application.person_wrote': about({ ...ofApplication, message: text }),
  'application.team_wrote': about({ ...ofApplication, message: text }),
  /** Of a parent or guardian. */
  'application.consent_given': about(ofApplication),
  'application.consent_withdrawn': about(ofApplication),
  'application.declined': about(movedApplication),
  'application.withdrawn': about(movedApplication),
  'application.offer_closed': about(movedApplication),
  /** The person was accepted, and the mission does not take place; the application stays as it is. */
  'application.offer_cancelled': about(ofApplication),
  /** The person was accepted, and days, hours or place are others than in the text with number `revision`. */
  'application.offer_changed': about({ ...ofApplication, revision: count, note: flag.optional() }),
  /** `days` since the mailbox was confirmed. */
  'application.reminded': about({ days: count }),

  /** A few words about what somebody did, by whoever wrote them. `state` as in `TESTIMONIAL_STATES`. */
  'testimonial.written': about({ ...ofApplication, state: text }),
  'testimonial.taken_back': about(ofApplication),
  /** By the team. */
  'testimonial.decided': about({ ...ofApplication, state: text }),

  'enquiry.created': about({}),
  'enquiry.confirmed': about({}),
  /** By the person, on their own page. */
  'enquiry.changed': about({}),
  'enquiry.withdrawn': about({}),
  'enquiry.taken': about({}),
  'enquiry.left': about({}),
  'enquiry.moved': about({ from: text, to: text }),
  'enquiry.answered': about({}),
  'enquiry.proposed': about({}),
  'enquiry.passed_on': about({}),
  'enquiry.accepted': about({}),

  /** Something on the site does not work. */
  'help.asked': about({}),
  'help.taken': about({}),
  'help.left': about({}),
  'help.answered': about({}),
  'help.moved': about({ from: text, to: text }),
  'help.removed': about({}),

  /** A visitor says that something is wrong with an offer. */
  'report.received': about({ offer: uri }),
  'report.decided': about({ offer: uri, state: text }),

  /** Approves hours by itself. */
  'hours_rule.created': about({}),
  'hours_rule.ended': about({}),
  /** With which hours are recorded without an account. */
  'hours_link.opened': about({}),
  'hours_link.changed': about({}),
  /** Kilometres of a volunteer. */
  'trip.submitted': about({}),
  'trip.approved': about({}),
  'trip.returned': about({}),
  'trip.confirmed': about({}),
  'trip.withdrawn': about({}),
  'trip.reversed': about({}),
  'trip.corrected': about({}),
  /** What a kilometre is worth from that day, in thousandths of the currency; `before` without `mills` when it ended. */
  'trip_rate.changed': general({ valid_from: day, before: count.optional(), mills: count.optional() }),
  /** Helpers without a name. */
  'headcount.noted': about({}),
  'headcount.reversed': about({}),
  'hours.submitted': about({}),
  /** `rule`: its id, when no person did it. */
  'hours.approved': about({ rule: text.optional() }),
  'hours.returned': about({}),
  /** The person says that the line is right as it is. */
  'hours.confirmed': about({}),
  'hours.replaced': about({}),
  'hours.withdrawn': about({}),
  'hours.reversed': about({}),
  /** The line counts for another project, or for none. */
  'hours.project_set': about({}),
  /** Cents per hour; without a category, the rate of all. */
  'hours.rate_added': about(ofRate),
  'hours.rate_replaced': about({ ...ofRate, before: count }),
  'hours.rate_withdrawn': about(ofRate),
  /** A file of members or hours is read, comes in, or is taken back: part by part from now on. */
  'import.begun': about({}),
  'import.taken': about({ people: count, lines: count }),
  'import.undone': about({ people_kept: count, lines_kept: count }),
  /** Of a year, by its statement: its hours do not change from now on. */
  'hours.year_closing': about({}),
  'hours.year_closing_stopped': about({}),
  'hours.year_closed': about({ number: count }),
  'hours.year_posted': about({ number: count }),
  'hours.year_reopened': about({ number: count }),

  /** Of the person (the subject), for hours of that civil year. */
  'cec.told': about({ year: count }),
  'cec.declared': about({ year: count }),
  'cec.validated': about({ year: count }),
  'cec.refused': about({ year: count }),
  /** A decision that was noted by mistake. */
  'cec.reopened': about({ year: count }),

  /** Of the person (the subject). */
  'attestation.issued': about({}),
  'attestation.withdrawn': about({}),

  'person.invited': about(byCommandLine),
  /** Without a mail. */
  'person.added': about({}),
  'person.joined': about({}),
  'person.profile_saved': about({}),
  'person.corrected': about({}),
  'person.noted': about({}),
  /** Of nobody any more. */
  'person.erased': general({}),
  'person.disabled': about({}),
  'person.enabled': about({}),
  'person.email_changed': about({}),
  'person.password_changed': about({}),
  'person.password_reset': about(byCommandLine),
  'person.second_factor_on': about({}),
  'person.second_factor_off': about({}),
  /** Roles of the product, and ids of those that the association made, separated by spaces. `part`: project or team for which alone. */
  'person.roles_changed': about({ added: text, removed: text.optional(), part: text.optional() }),
  'person.team_joined': about({ team: text }),
  'person.team_left': about({ team: text }),
  /** A role that the association made. `rights`: separated by spaces. */
  'role.saved': about({ rights: text }),
  'role.removed': about({}),
  'session.signed_in': about({}),

  /** A mailbox that was mailed new offers does not exist; the subject is the id of its subscription. */
  'alerts.undelivered': about({}),

  /** A person opened data of another one (the subject). `id`: of the application or the hours entry. */
  'record.opened': about({
    what: z.enum(['person', 'application', 'enquiry', 'help', 'report', 'hours']),
    id: text.optional(),
  }),
  'people.exported': general({ rows: count }),
  'applications.exported': general({ rows: count, state: text }),
  'enquiries.exported': general({ rows: count, show: text }),
  'trips.exported': general({ rows: count }),
  'cec.exported': general({ rows: count, year: count }),
  'hours.exported': general({ rows: count, year: count.optional() }),
  'trail.exported': general({ rows: count, kind: text }),
  'mails.exported': general({ ...byOperator, rows: count, show: text }),
  'peers.exported': general({ ...byOperator, rows: count }),

  'consent.given': about({ kind: text }),
  'consent.withdrawn': about({ kind: text }),
  /** Of the person (the subject). */
  'request.received': about({ kind: text }),
  'request.answered': about({ kind: text, state: text }),
  'restriction.began': about({}),
  'restriction.lifting': about({}),
  'restriction.ended': about({}),
  'incident.noted': about({}),
  'incident.changed': about({}),

  /** A mail that opens an application or an account was refused for good; the subject is its id. */
  'mail.undelivered': about({ what: z.enum(['application', 'person']) }),
  'mail.read': about(byOperator),
  'mail.retried': about(byOperator),
  'mails.retried': general({ ...byOperator, mails: count }),
  'activity.retried': general({ ...byOperator, seq: count }),
  'activity.ignored': general({ ...byOperator, seq: count }),
  'event.retried': general({ ...byOperator, consumer: text, seq: count }),
  'events.retried': general({ ...byOperator, events: count }),
  'event.given_up': general({ ...byOperator, consumer: text, seq: count }),
  'deliveries.retried': general(ofHost),
  'deliveries.forgotten': general({ ...ofHost, deliveries: count }),
  'peer.paused': general(ofHost),
  'peer.resumed': general(ofHost),
  'peer.blocked': general({ ...ofHost, ...gone }),
  'peer.unblocked': general(ofHost),
  'peer.allowed': general(ofHost),
  'peer.left_out': general({ ...ofHost, ...gone }),
  'peers.restricted': general({ ...byOperator, ...gone }),
  'peers.opened': general(byOperator),

  /** `partner_is`: 'source' when we ask for its offers; absent for a request to join. */
  'affiliation.requested': about({ ...withPartner, partner_is: z.literal('source').optional() }),
  'affiliation.received': about(withPartner),
  'affiliation.accepted': about(withPartner),
  'affiliation.refused': about(withPartner),
  'affiliation.joined': about(withPartner),
  'affiliation.declined': about(withPartner),
  'affiliation.followed': about(withPartner),
  'affiliation.source_accepted': about(withPartner),
  'affiliation.source_declined': about(withPartner),
  'affiliation.presented': about(withPartner),
  /** The association agrees that the centre shows its small sums too, or agrees no more. */
  'affiliation.exact_sums_agreed': about(withPartner),
  'affiliation.exact_sums_ended': about(withPartner),
  /** By the centre: offers of the member leave its site for a time, and come back. */
  'affiliation.paused': about(withPartner),
  'affiliation.resumed': about(withPartner),
  /** What a centre told us of it. */
  'affiliation.pause_told': about(withPartner),
  'affiliation.resumption_told': about(withPartner),
  'affiliation.trust_changed': about({ ...withPartner, trust: text }),
  /** `was`: the state before. */
  'affiliation.ended': about({ ...withPartner, partner_is: text, by_us: flag, was: text }),

  /** More than a transaction should hold: each stands for the next batch, after the offer, item or listing with that id. */
  'offers.submitting': general({ centre: uri, after: text }),
  'moderation.pausing': general({ association: uri, after: text }),
  'moderation.leaving': general({ association: uri, after: text }),
  'moderation.leaving_source': general({ source: uri }),
  'moderation.renaming': general({ association: uri, name: text, url: text, after: text }),
  'town.listing': general({ town: text, after: count }),

  /** A town that is in no list was given a place of ours (`code`), or is to be checked again. */
  'town.settled': about({ code: text }),
  'town.reopened': about({}),

  'moderation.received': about({ ...ofItem, revision: count, update: flag }),
  'moderation.announced': about({ ...ofItem, announcer: uri }),
  /** `automatic`: accepted because its association is trusted, without anybody having read it. */
  'moderation.accepted': about({ ...ofItem, revision: count, automatic: flag.optional() }),
  'moderation.read': about(ofItem),
  'moderation.completed': about(ofItem),
  'moderation.changes_requested': about(read),
  'moderation.refused': about({ ...read, reason: text }),
  /** Hidden until it is taken back, which is an acceptance. */
  'moderation.suspended': about({ ...read, reason: text }),
  'moderation.removed': about({ ...read, reason: text }),
  /** What a moderator says of two offers that look alike: `same` or `different`. */
  'moderation.compared': about({ ...ofItem, other: uri, verdict: text }),
  /** With the pause of its member; what was decided about it stays. */
  'moderation.hidden': about({ ...ofItem, revision: count }),
  'moderation.shown': about({ ...ofItem, revision: count }),
  'moderation.withdrawn': about({ ...ofItem, was_online: flag }),

  /** Of the team of a centre; the subject is the item, or the membership. `note`: its id. */
  'note.written': about({ note: text }),
  'note.erased': about({ note: text }),

  /** `sending`: how often this day has been sent to this partner, this time included. */
  'statistics.day_ended': general({ ...withPartner, day, sending: count }),
  'statistics.received': general({ ...withPartner, lines: count }),
} as const satisfies Record<string, { hasSubject: boolean; details: z.ZodObject }>

type Known = typeof EVENTS
export type EventType = keyof Known
export type Details<T extends EventType> = z.infer<Known[T]['details']>
type SubjectOf<T extends EventType> = Known[T]['hasSubject'] extends true ? string : string | null

type Recorded<T extends EventType> = {
  seq: number
  /** ISO instant, UTC. */
  at: string
  type: T
  /** Id of the person who acted; null without an account. */
  actorId: string | null
  subjectId: SubjectOf<T>
  details: Details<T>
}
/** One member per type, so that `type` narrows `details`. */
export type Event<T extends EventType = EventType> = T extends EventType ? Recorded<T> : never

type Subject<T extends EventType> = Known[T]['hasSubject'] extends true
  ? { subject: string }
  : { subject?: string | null }
type Given<T extends EventType> = { type: T; at: string; actorId?: string | null } & Subject<T> &
  (Record<string, never> extends Details<T> ? { details?: Details<T> } : { details: Details<T> })
export type NewEvent<T extends EventType = EventType> = T extends EventType ? Given<T> : never

export function newEvent<T extends EventType>(
  type: T,
  rest: { at: string; actorId?: string | null; subject?: string | null; details: Details<T> },
): NewEvent {
  return { type, ...rest } as NewEvent
}

export type EventRow = {
  seq: number
  at: string
  type: string
  actor_id: string | null
  subject_id: string | null
  details: string
}

/** The row may come from an older program or a manual change. */
export function readEvent(row: EventRow): { ok: true; event: Event } | { ok: false; fault: string } {
  const known = Object.hasOwn(EVENTS, row.type) ? EVENTS[row.type as EventType] : undefined
  if (!known) return { ok: false, fault: 'unknown_type' }
  if (known.hasSubject && row.subject_id === null) return { ok: false, fault: 'no_subject' }
  const details = parseJson(row.details)
  if (details === undefined) return { ok: false, fault: 'broken_json' }
  const read = known.details.safeParse(details)
  if (!read.success) {
    const names = new Set(read.error.issues.map(({ path }) => String(path[0] ?? 'details')))
    return { ok: false, fault: `wrong_details ${[...names].join(' ')}` }
  }
  const { seq, at, type, actor_id: actorId, subject_id: subjectId } = row
  return { ok: true, event: { seq, at, type, actorId, subjectId, details: read.data } as Event }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch {
    return undefined
  }
}
