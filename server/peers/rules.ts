// SPDX-License-Identifier: AGPL-3.0-or-later
// A host is as in a URL: lower case, with its port unless it is the default one.
import { DAY } from '../base/clock.ts'
import { partsOf } from '../model/host.ts'

/** `open`: every site that is not blocked. `members`: only partners of a relation and sites added by hand. */
export const MODES = ['open', 'members'] as const
export type Mode = (typeof MODES)[number]
/** Nothing is accepted from such a site and nothing sent to it. */
export type NotAllowed = 'blocked' | 'left_out'

export type Policy = {
  mode: Mode
  /** Each blocks everything under it too. */
  blocked: ReadonlySet<string>
  /** In any mode unless blocked: ourselves, partners, sites added by hand. */
  allowed: ReadonlySet<string>
}

/** After the end of a relation the site stays allowed for so long, so that the end and its answer arrive. */
export const CONTACT_AFTER_END = 7 * DAY

/** '' when it is not a URL. */
export function hostOf(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).host : ''
}

/** Names whose block applies to this host, nearest first: with and without its port, and every domain above. */
export function domainsOver(host: string): string[] {
  const { labels, port } = partsOf(host)
  const names = labels.map((_label, at) => labels.slice(at).join('.'))
  return port ? names.flatMap((name) => [name + port, name]) : names
}

/** True for the same name and for names under it, never for one that only ends alike. */
export function domainContains(domain: string, host: string): boolean {
  return domainsOver(host).includes(domain)
}

/** @returns the nearest one. */
export function blockedBy(policy: Policy, host: string): string | undefined {
  return domainsOver(host).find((name) => policy.blocked.has(name))
}

export function whyNotAllowed(policy: Policy, host: string): NotAllowed | undefined {
  if (blockedBy(policy, host)) return 'blocked'
  return policy.mode === 'members' && !policy.allowed.has(host) ? 'left_out' : undefined
}

export const STATES = ['blocked', 'left_out', 'paused', 'away', 'silent', 'refused', 'waiting', 'fine'] as const
export type PeerState = (typeof STATES)[number]

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
