// SPDX-License-Identifier: AGPL-3.0-or-later
// Two separate facts: the state of the latest text, and whether an approved text is online. While an edit waits, the
// approved text stays online.
import { DAY } from '../../base/clock.ts'
import type { Trust } from '../../model/relation.ts'

export const STATES = [
  'pending',
  'in_review',
  'accepted',
  'changes_requested',
  'refused',
  'suspended',
  'removed',
  'withdrawn',
] as const
export type State = (typeof STATES)[number]

/**
 * From the association: received (first time), resubmitted (again after a question, refusal, removal or withdrawal),
 * minor and material (another text), reverted (the approved text again), reduction (closed, full, cancelled, earlier
 * end) and renewal (other change of openness) with the same text, withdrawal. The others are from a moderator.
 */
export const TRIGGERS = [
  'received',
  'resubmitted',
  'minor',
  'material',
  'reverted',
  'reduction',
  'renewal',
  'withdrawal',
  'take',
  'accept',
  'ask',
  'refuse',
  'suspend',
  'remove',
] as const
export type Trigger = (typeof TRIGGERS)[number]

export type Situation = {
  /** `unknown`: this offer was never here. */
  state: State | 'unknown'
  isOnline: boolean
  /** A trusted member put it online, and no moderator has read it since. */
  isUnread: boolean
  /** It came through another centre, or from a site that we follow, so nobody there would read a question. */
  isRelayed?: boolean
  trust: Trust
}
export const UNKNOWN = { state: 'unknown', isOnline: false, isUnread: false } as const

/** Trust matters for what members send, never for what a moderator decides: there it may be left out. */
export function situationOf(
  item: { state: State; accepted_offer: unknown; decided_at: string | null; is_direct?: 0 | 1 },
  trust: Trust = 'new',
): Situation {
  const isUnread = item.state === 'accepted' && item.decided_at === null
  const isRelayed = item.is_direct === 0
  return { state: item.state, isOnline: item.accepted_offer !== null, isUnread, isRelayed, trust }
}

export type Step = {
  state: State
  /** What the site shows after the step; `latest` is the text that the step is about. */
  shows: 'same' | 'latest' | 'nothing'
  /** True when moderators have something new to read. */
  awaits: boolean
}

type Move = State | ((situation: Situation) => State | undefined)
const onlyOnline =
  (state: State): Move =>
  ({ isOnline }) =>
    isOnline ? state : undefined
const unlessTrusted: Move = ({ trust }) => (trust === 'trusted' ? 'accepted' : 'pending')
const unlessNew: Move = ({ trust }) => (trust === 'new' ? 'pending' : 'accepted')

const answered = { accept: 'accepted', minor: 'pending', material: 'pending', withdrawal: 'withdrawn' } as const
const onceRead: Move = ({ isUnread }) => (isUnread ? 'accepted' : undefined)
const onlyOfWhoAsked: Move = ({ isRelayed }) => (isRelayed ? undefined : 'changes_requested')
const back = onlyOnline('accepted')
const hidden = onlyOnline('suspended')
const down = onlyOnline('removed')

const table: Record<Situation['state'], Partial<Record<Trigger, Move>>> = {
  unknown: { received: unlessTrusted },
  pending: {
    ...answered,
    reverted: back,
    reduction: 'pending',
    renewal: 'pending',
    take: 'in_review',
    ask: onlyOfWhoAsked,
    refuse: 'refused',
    suspend: hidden,
    remove: down,
  },
  in_review: {
    ...answered,
    // The moderator who reads the offer goes on with the newer text.
    minor: 'in_review',
    material: 'in_review',
    reverted: back,
    reduction: 'in_review',
    renewal: 'in_review',
    take: 'in_review',
    ask: onlyOfWhoAsked,
    refuse: 'refused',
    suspend: hidden,
    remove: down,
  },
  accepted: {
    minor: unlessNew,
    material: unlessTrusted,
    reduction: 'accepted',
    renewal: 'accepted',
    withdrawal: 'withdrawn',
    accept: onceRead,
    suspend: hidden,
    remove: down,
  },
  changes_requested: {
    ...answered,
    resubmitted: 'pending',
    reverted: back,
    reduction: 'changes_requested',
    renewal: 'changes_requested',
    refuse: 'refused',
    suspend: hidden,
    remove: down,
  },
  refused: {
    ...answered,
    resubmitted: 'pending',
    reverted: back,
    reduction: 'refused',
    renewal: 'refused',
    suspend: hidden,
    remove: down,
  },
  // Online again only when a moderator takes it back or accepts another text, whatever the trust.
  suspended: { ...answered, resubmitted: 'pending', reduction: 'suspended', renewal: 'suspended', remove: 'removed' },
  removed: { ...answered, resubmitted: 'pending', reduction: 'removed', renewal: 'removed' },
  withdrawn: { resubmitted: 'pending' },
}

/** @returns undefined when this trigger changes nothing. */
export function next(situation: Situation, trigger: Trigger): Step | undefined {
  const move = table[situation.state][trigger]
  const state = typeof move === 'function' ? move(situation) : move
  if (!state) return undefined
  return { state, shows: shown(state, trigger), awaits: state === 'pending' && !isWaiting(situation.state) }
}

function shown(state: State, trigger: Trigger): Step['shows'] {
  if (state === 'suspended' || state === 'removed' || state === 'withdrawn') return 'nothing'
  const isNewText = ['received', 'resubmitted', 'minor', 'material', 'accept'].includes(trigger)
  return state === 'accepted' && isNewText ? 'latest' : 'same'
}

/** Reason of a refusal by the timetable: the association did not answer the question. */
export const STALE = 'stale'
export const ANSWER_WITHIN = 30 * DAY
/** After which a change of an offer that is online is called to mind: it is never put online by itself. */
export const CHANGE_WITHIN = 7 * DAY

/** Whole days until an unanswered question is closed, at least 0. @param askedAt ISO instant. */
export function daysToAnswer(askedAt: string, now: string): number {
  return Math.max(0, Math.ceil((Date.parse(askedAt) + ANSWER_WITHIN - Date.parse(now)) / DAY))
}

export function isWaiting(state: Situation['state']): boolean {
  return state === 'pending' || state === 'in_review'
}

export function openTo(situation: Situation): Trigger[] {
  return (['take', 'accept', 'ask', 'refuse', 'suspend', 'remove'] as const).filter((trigger) =>
    next(situation, trigger),
  )
}
