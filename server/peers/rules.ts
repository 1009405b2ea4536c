// SPDX-License-Identifier: AGPL-3.0-or-later
// Which sites may exchange activities with us, and the state of each. A host is as in a URL: lower case, with its port
// unless that is the default one.
import { DAY } from '../base/clock.ts'
import { partsOf } from '../model/host.ts'

/** `open`: every site that is not blocked. `members`: only partners of a relation and sites added by hand. */
export const MODES = ['open', 'members'] as const
export type Mode = (typeof MODES)[number]
/** Why nothing is accepted from a site and nothing sent to it. */
export type NotAllowed = 'blocked' | 'left_out'

export type Policy = {
  mode: Mode
  /** Names the operator blocked; each blocks everything under it too. */
  blocked: ReadonlySet<string>
  /** Allowed in any mode unless they are blocked: ourselves, partners, sites added by hand. */
  allowed: ReadonlySet<string>
}

/** So long after the end of a relation the site stays allowed, so that the end reaches it and its answer reaches us. */
export const CONTACT_AFTER_END = 7 * DAY

/** The host of an address, or '' when it is none. */
export function hostOf(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).host : ''
}

/** Every name whose block concerns this host: itself, with and without its port, and all that it lies under. */
export function domainsOver(host: string): string[] {
  const { labels, port } = partsOf(host)
  const names = labels.map((_label, at) => labels.slice(at).join('.'))
  return port ? names.flatMap((name) => [name + port, name]) : names
}

/** True when a block of `domain` hides `host`: the same name or one under it, never one that only ends alike. */
export function domainContains(domain: string, host: string): boolean {
  return domainsOver(host).includes(domain)
}

/** The blocked name that contains this host, if there is one: the nearest. */
export function blockedBy(policy: Policy, host: string): string | undefined {
  return domainsOver(host).find((name) => policy.blocked.has(name))
}

/** Undefined when this host is allowed. */
export function whyNotAllowed(policy: Policy, host: string): NotAllowed | undefined {
  if (blockedBy(policy, host)) return 'blocked'
  return policy.mode === 'members' && !policy.allowed.has(host) ? 'left_out' : undefined
}

export const STATES = ['blocked', 'left_out', 'paused', 'away', 'silent', 'refused', 'waiting', 'fine'] as const
export type PeerState = (typeof STATES)[number]

/** What a person may do with a site in this state. */
export const ACTIONS = ['retry', 'forget', 'pause', 'resume', 'block', 'unblock', 'allow', 'leave_out'] as const
export type Action = (typeof ACTIONS)[number]

export type Situation = { state: PeerState; failed: number; waiting: number; isAllowed: boolean; hasOwnBlock: boolean }

export function allows({ state, failed, waiting, isAllowed, hasOwnBlock }: Situation, action: Action): boolean {
  const isNotAllowed = state === 'blocked' || state === 'left_out'
  switch (action) {
    case 'retry':
      return !isNotAllowed && state !== 'paused' && failed + waiting > 0
    case 'forget':
      return failed > 0
    case 'pause':
      return !isNotAllowed && state !== 'paused'
    case 'resume':
      return state === 'paused'
    case 'block':
      return state !== 'blocked'
    case 'unblock':
      return hasOwnBlock
    case 'allow':
      return state === 'left_out'
    case 'leave_out':
      return isAllowed
  }
}
