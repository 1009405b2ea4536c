// SPDX-License-Identifier: AGPL-3.0-or-later
import { HOUR, later } from '../base/clock.ts'
import { LIVE, type ApplicationState } from '../model/application.ts'

/** `complete`, `miss`: the person came, or did not. `wait`: onto the waiting list; `offer_place`: the place is held for a time; `lapse`: that time is over. */
export const APPLICATION_ACTIONS = [
  'confirm',
  'take',
  'wait',
  'offer_place',
  'accept',
  'complete',
  'miss',
  'decline',
  'withdraw',
  'lapse',
  'close_offer',
] as const
export type ApplicationAction = (typeof APPLICATION_ACTIONS)[number]

export type ApplicationFact =
  'application.confirmed' | `application.${Exclude<ApplicationState, 'unconfirmed' | 'submitted'>}`
type Step = { to: ApplicationState; fact: ApplicationFact }
type Refusal = `applications.refused.${ApplicationState}`

const confirm: Step = { to: 'submitted', fact: 'application.confirmed' }
const take: Step = { to: 'in_review', fact: 'application.in_review' }
const wait: Step = { to: 'waitlisted', fact: 'application.waitlisted' }
const offerPlace: Step = { to: 'place_offered', fact: 'application.place_offered' }
const accept: Step = { to: 'accepted', fact: 'application.accepted' }
const complete: Step = { to: 'completed', fact: 'application.completed' }
const miss: Step = { to: 'no_show', fact: 'application.no_show' }
const decline: Step = { to: 'declined', fact: 'application.declined' }
const withdraw: Step = { to: 'withdrawn', fact: 'application.withdrawn' }
const lapse: Step = { to: 'lapsed', fact: 'application.lapsed' }
const closeOffer: Step = { to: 'offer_closed', fact: 'application.offer_closed' }

const STEPS: Record<ApplicationState, Partial<Record<ApplicationAction, Step>>> = {
  // The mailbox is not confirmed yet: the association does not see the application, and it is deleted after 72 hours.
  unconfirmed: { confirm, wait },
  submitted: { take, wait, accept, decline, withdraw, close_offer: closeOffer },
  in_review: { wait, accept, decline, withdraw, close_offer: closeOffer },
  waitlisted: { offer_place: offerPlace, accept, decline, withdraw, close_offer: closeOffer },
  place_offered: { accept, decline, withdraw, lapse, close_offer: closeOffer },
  // Either side can still give up the seat; an offer that closes keeps accepted people.
  accepted: { complete, miss, decline, withdraw },
  // What was noted by mistake is noted again.
  completed: { miss },
  no_show: { complete },
  declined: {},
  withdrawn: {},
  lapsed: {},
  offer_closed: {},
}

export function step(
  state: ApplicationState,
  action: ApplicationAction,
): ({ ok: true } & Step) | { ok: false; reason: Refusal } {
  const found = STEPS[state][action]
  return found ? { ok: true, ...found } : { ok: false, reason: `applications.refused.${state}` }
}

/** Both sides write to each other from the confirmation until it is over. */
export const mayWrite = (state: ApplicationState): boolean => LIVE.includes(state)

export type ApplicantFault = 'applications.error.ticks_missing' | 'applications.error.age_missing'

export function applicantFaults(
  offer: { requirements: readonly string[]; min_age: number | null },
  answers: { ticks: readonly string[]; age: boolean },
): { ticks?: ApplicantFault; age?: ApplicantFault } {
  const isMissing = offer.requirements.some((one) => !answers.ticks.includes(one))
  return {
    ...(isMissing && { ticks: 'applications.error.ticks_missing' }),
    ...(offer.min_age !== null && !answers.age && { age: 'applications.error.age_missing' }),
  }
}

/** People for whom one person can apply; their names are not asked. */
export const MOST_SEATS = 99

/** 1 where groups are not welcome. @param offer.taken seats; without a waiting list a group fits in what is left. */
export function mostSeats(offer: {
  capacity: number | null
  taken: number
  content: { group_ok: boolean; group_max: number | null; no_waiting_list: boolean }
}): number {
  const { group_ok, group_max, no_waiting_list } = offer.content
  if (!group_ok) return 1
  const left = offer.capacity === null ? MOST_SEATS : offer.capacity - (no_waiting_list ? offer.taken : 0)
  return Math.max(1, Math.min(group_max ?? MOST_SEATS, left, MOST_SEATS))
}

type Mailbox = { id: string | null; email_key: string }

/** The contact who would apply to their own offer, signed in or from their mailbox. */
export function ownContact<C extends Mailbox>(applicant: Mailbox, contacts: readonly C[]): C | undefined {
  return contacts.find(
    ({ id, email_key }) =>
      (id !== null && id === applicant.id) || (email_key !== '' && email_key === applicant.email_key),
  )
}

export const CONFIRM_WITHIN_HOURS = 72
/** Hours during which a place is held for the first of the waiting list. */
export const HOLD_HOURS = 72

/**
 * The instant until which a place is held: at most HOLD_HOURS, and not beyond the first day of what one comes for; once
 * that has begun, not beyond its end. All are ISO instants; null for what has no days.
 */
export function heldUntil(now: string, begins: string | null, ends: string | null): string {
  const latest = later(now, HOLD_HOURS * HOUR)
  const end = begins !== null && begins > now ? begins : ends
  return end !== null && end > now && end < latest ? end : latest
}
/** Days after which whoever did not confirm is written to once more. */
export const CONFIRM_AGAIN_AFTER_DAYS = 1
/** Days after which the association is reminded. */
export const REMIND_AFTER_DAYS = [3, 7, 14] as const
/** Days after which the applicant is told that nobody answered. */
export const TELL_AFTER_DAYS = 21
/** Months after the end of an application during which its personal data is kept. */
export const KEEP_MONTHS = 12

/** When several reminders were missed, only the latest is due. */
export function dueAfter(days: number): { tells: 'team' | 'applicant'; days: number } | undefined {
  if (days >= TELL_AFTER_DAYS) return { tells: 'applicant', days: TELL_AFTER_DAYS }
  const reminder = REMIND_AFTER_DAYS.findLast((after) => days >= after)
  return reminder && { tells: 'team', days: reminder }
}

/** The last day of the month when it has no such day. */
export function monthsFrom(iso: string, months: number): string {
  const date = new Date(iso)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, last))
  return date.toISOString()
}

/** Of the welcome list: items, and characters of each. */
export const WELCOME = { most: 12, longest: 160 } as const

export const itemsOf = (list: string): string[] => [...new Set(list.split('\n').filter(Boolean))]

/** Who is accepted, and stays so once the day is over. */
export const isWelcomed = (state: ApplicationState): boolean => state === 'accepted' || state === 'completed'

type Side = 'person' | 'team'
/** Whose ticks a side may take back: the person only their own. */
export const mayUntick = (side: Side): readonly Side[] => (side === 'team' ? ['team', 'person'] : ['person'])
