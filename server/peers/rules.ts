// SPDX-License-Identifier: AGPL-3.0-or-later
// With which sites do we speak, and how is each of them? A host is as in a URL: lower case, with its port unless that
// is the usual one.
import { DAY } from '../base/clock.ts'
import { partsOf } from '../model/host.ts'

/** `open`: with everybody who is not blocked. `members`: with partners of a relation and sites added by hand only. */
export const MODES = ['open', 'members'] as const
export type Mode = (typeof MODES)[number]
/** Why a site is neither heard nor written to. */
export type Silence = 'blocked' | 'left_out'

export type Policy = {
  mode: Mode
  /** Names the operator blocked; each covers everything under it. */
  blocked: ReadonlySet<string>
  /** With whom we speak in any mode unless they are blocked: ourselves, partners, sites added by hand. */
  spoken: ReadonlySet<string>
}

/** After a relation ends the site is still spoken with for so long, so that it hears of it and can answer. */
export const LAST_WORD = 7 * DAY

/** The host of an address, or '' when it is none. */
export function hostOf(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).host : ''
}

/** Every name whose block covers this host: itself, with and without its port, and all that it lies under. */
export function domainsOver(host: string): string[] {
  const { labels, port } = partsOf(host)
  const names = labels.map((_label, at) => labels.slice(at).join('.'))
  return port ? names.flatMap((name) => [name + port, name]) : names
}

/** True when a block of `domain` hides `host`: the same name or one under it, never one that only ends alike. */
export function covers(domain: string, host: string): boolean {
  return domainsOver(host).includes(domain)
}

/** The blocked name that covers this host, if there is one: the nearest. */
export function blockedBy(policy: Policy, host: string): string | undefined {
  return domainsOver(host).find((name) => policy.blocked.has(name))
}

/** May we speak with this host? Undefined when we may. */
export function silenceOf(policy: Policy, host: string): Silence | undefined {
  if (blockedBy(policy, host)) return 'blocked'
  return policy.mode === 'members' && !policy.spoken.has(host) ? 'left_out' : undefined
}

export const STATES = ['blocked', 'left_out', 'paused', 'away', 'silent', 'refused', 'waiting', 'fine'] as const
export type PeerState = (typeof STATES)[number]

/** What a person may do with a site in this state. */
export const ACTIONS = ['retry', 'forget', 'pause', 'resume', 'block', 'unblock', 'allow', 'leave_out'] as const
export type Action = (typeof ACTIONS)[number]

export type Situation = { state: PeerState; failed: number; waiting: number; isAllowed: boolean; hasOwnBlock: boolean }

export function allows({ state, failed, waiting, isAllowed, hasOwnBlock }: Situation, action: Action): boolean {
  const isSilent = state === 'blocked' || state === 'left_out'
  switch (action) {
    case 'retry':
      return !isSilent && state !== 'paused' && failed + waiting > 0
    case 'forget':
      return failed > 0
    case 'pause':
      return !isSilent && state !== 'paused'
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
