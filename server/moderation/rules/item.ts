// SPDX-License-Identifier: AGPL-3.0-or-later
// What becomes of a member's offer at a centre? Two separate facts: where its latest text stands (the state), and
// whether a text we approved is online. An edit waits without taking the approved text away.
import { DAY } from '../../base/clock.ts'
import type { Trust } from '../../model/relation.ts'

export const STATES = [
  'pending',
  'in_review',
  'accepted',
  'changes_requested',
  'refused',
  'removed',
  'withdrawn',
] as const
export type State = (typeof STATES)[number]

/**
 * From the association: received (first sight), resubmitted (sent again after a no or a withdrawal), minor and material
 * (another text), reverted (the approved text again), reduction (closed, full, cancelled, earlier end) and renewal
 * (any other change of openness) with the same text, withdrawal. From a moderator: take, accept, ask, refuse, remove.
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
  'remove',
] as const
export type Trigger = (typeof TRIGGERS)[number]

export type Situation = {
  /** `unknown`: this offer was never here. */
  state: State | 'unknown'
  isOnline: boolean
  /** A trusted member put it online, and no moderator has read it since. */
  isUnread: boolean
  /** It came through another centre, or from a site we follow: nobody asked us, so nobody would read a question. */
  isRelayed?: boolean
  trust: Trust
}
export const UNKNOWN = { state: 'unknown', isOnline: false, isUnread: false } as const

/** Trust speeds up what members send, never what a moderator decides: there it may be left out. */
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
  /** What the site shows from now on: what it showed, the text this step is about, or nothing. */
  shows: 'same' | 'latest' | 'nothing'
  /** True when moderators have something to read that was not there before. */
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
    remove: down,
  },
  in_review: {
    ...answered,
    // The person who reads it goes on reading: the newer text.
    minor: 'in_review',
    material: 'in_review',
    reverted: back,
    reduction: 'in_review',
    renewal: 'in_review',
    take: 'in_review',
    ask: onlyOfWhoAsked,
    refuse: 'refused',
    remove: down,
  },
  accepted: {
    minor: unlessNew,
    material: unlessTrusted,
    reduction: 'accepted',
    renewal: 'accepted',
    withdrawal: 'withdrawn',
    accept: onceRead,
    remove: down,
  },
  changes_requested: {
    ...answered,
    resubmitted: 'pending',
    reverted: back,
    reduction: 'changes_requested',
    renewal: 'changes_requested',
    refuse: 'refused',
    remove: down,
  },
  refused: {
    ...answered,
    resubmitted: 'pending',
    reverted: back,
    reduction: 'refused',
    renewal: 'refused',
    remove: down,
  },
  removed: { ...answered, resubmitted: 'pending', reduction: 'removed', renewal: 'removed' },
  withdrawn: { resubmitted: 'pending' },
}

/** What follows, or undefined when this trigger changes nothing here. */
export function next(situation: Situation, trigger: Trigger): Step | undefined {
  const move = table[situation.state][trigger]
  const state = typeof move === 'function' ? move(situation) : move
  if (!state) return undefined
  return { state, shows: shown(state, trigger), awaits: state === 'pending' && !isWaiting(situation.state) }
}

function shown(state: State, trigger: Trigger): Step['shows'] {
  if (state === 'removed' || state === 'withdrawn') return 'nothing'
  const isNewText = ['received', 'resubmitted', 'minor', 'material', 'accept'].includes(trigger)
  return state === 'accepted' && isNewText ? 'latest' : 'same'
}

/** The reason of a refusal that no moderator gives: the association let the question lie. */
export const STALE = 'stale'
export const ANSWER_WITHIN = 30 * DAY

/** Whole days until a question is closed unanswered, at least 0. @param askedAt ISO instant. */
export function daysToAnswer(askedAt: string, now: string): number {
  return Math.max(0, Math.ceil((Date.parse(askedAt) + ANSWER_WITHIN - Date.parse(now)) / DAY))
}

/** Somebody has to read it. */
export function isWaiting(state: Situation['state']): boolean {
  return state === 'pending' || state === 'in_review'
}

/** What a moderator may do with it now. */
export function openTo(situation: Situation): Trigger[] {
  return (['take', 'accept', 'ask', 'refuse', 'remove'] as const).filter((trigger) => next(situation, trigger))
}
