// SPDX-License-Identifier: AGPL-3.0-or-later
// A fixed number of queries, whatever the number of sites, and in memory only what is shown.
import {
  countKnown,
  listKnownHosts,
  type KnownFilter,
  type KnownHost,
  type Sight,
} from '../../db/queries/known-peers.ts'
import { plain } from '../../db/plain.ts'
import { listFollowersOf, listPeerLines, type FollowerLine, type PeerLine } from '../../db/queries/peer-lines.ts'
import { countParkedByActor, listRelations, type RelationLine } from '../../db/queries/peers.ts'
import { actorUri } from '../web/addresses.ts'
import type { Deps } from '../deps.ts'
import { domainOf } from '../model/host.ts'
import type { Handle } from '../web/transact.ts'
import { readPolicy } from './in-force.ts'
import { blockedBy, domainContains, hostOf, whyNotAllowed, STATES } from './rules.ts'
import type { PeerState, Policy, Situation } from './rules.ts'

export type KnownPeer = PeerLine & {
  state: PeerState
  relations: RelationLine[]
  followers: FollowerLine | undefined
  parked: number
  /** The nearest blocked domain: its own name or one above. */
  blockedBy: string | undefined
}

/** Some of the sites we know: a filter for the database, and a check for one host. */
export type Among = { sight: Sight; filter: KnownFilter; has: (host: string) => boolean }

const sightOf = ({ mode, blocked, allowed }: Policy, parked: string[]): Sight => ({
  blocked: [...blocked].map(domainOf),
  allowed: mode === 'members' ? [...allowed] : null,
  parked,
})

/** The site and all that lie under it. */
export function under(host: string): Among {
  const sight = { blocked: [], allowed: null, parked: [] }
  return { sight, filter: { under: domainOf(host) }, has: (one) => domainContains(host, one) }
}

export function leftOutBy(policy: Policy): Among {
  const filter = { state: 'left_out' as const }
  return { sight: sightOf(policy, []), filter, has: (host) => whyNotAllowed(policy, host) === 'left_out' }
}

export type Outlook = {
  db: Handle
  ourUri: string
  policy: Policy
  sight: Sight
  relations: Map<string, RelationLine[]>
  parked: Map<string, number>
}

export async function lookAround(db: Handle, deps: Deps, policy?: Policy): Promise<Outlook> {
  const holds = policy ?? (await readPolicy(db, deps))
  const relations = Map.groupBy(await listRelations(db), ({ partner_uri }) => hostOf(partner_uri))
  const parked = new Map<string, number>()
  for (const { actor, parked: count } of await countParkedByActor(db))
    parked.set(hostOf(actor), (parked.get(hostOf(actor)) ?? 0) + count)
  return { db, ourUri: actorUri(deps), policy: holds, sight: sightOf(holds, [...parked.keys()]), relations, parked }
}

const nameOf = ({ relations }: Outlook, host: string) => relations.get(host)?.[0]?.partner_name

export function calledLike(outlook: Outlook, typed: string): KnownFilter {
  const words = plain(typed)
  if (words === '') return {}
  const partners = [...outlook.relations.keys()]
  const called = partners.filter((host) => plain(nameOf(outlook, host) ?? '').includes(words))
  return { search: { words, called, partners } }
}

export async function countStates({ db, sight }: Outlook, filter: KnownFilter): Promise<Record<PeerState, number>> {
  const counts = await countKnown(db, sight, filter)
  return Object.fromEntries(STATES.map((state) => [state, counts.get(state) ?? 0])) as Record<PeerState, number>
}

export const total = (counts: Record<PeerState, number>): number =>
  Object.values(counts).reduce((sum, one) => sum + one, 0)

/** Those that need attention first, then by host; all of them without a range. */
export async function listKnown(
  outlook: Outlook,
  filter: KnownFilter,
  range?: { limit: number; offset: number },
): Promise<KnownPeer[]> {
  return readHosts(outlook, await listKnownHosts(outlook.db, outlook.sight, filter, range))
}

/** Sites in memory at once. */
const BATCH = 500

export async function* readInBatches(outlook: Outlook, hosts: readonly KnownHost[]): AsyncGenerator<KnownPeer[]> {
  for (let from = 0; from < hosts.length; from += BATCH) yield readHosts(outlook, hosts.slice(from, from + BATCH))
}

async function readHosts(outlook: Outlook, hosts: readonly KnownHost[]): Promise<KnownPeer[]> {
  const { db, ourUri, policy, relations, parked } = outlook
  const names = hosts.map(({ host }) => host)
  const states = new Map(hosts.map(({ host, state }) => [host, state]))
  const followers = new Map((await listFollowersOf(db, ourUri, names)).map((line) => [line.host, line]))
  return (await listPeerLines(db, names)).map((line) => {
    const { host } = line
    return {
      ...line,
      name: nameOf(outlook, host) ?? line.name,
      state: states.get(host)!,
      relations: relations.get(host) ?? [],
      followers: followers.get(host),
      parked: parked.get(host) ?? 0,
      blockedBy: blockedBy(policy, host),
    }
  })
}

export function situationOf(peer: KnownPeer): Situation {
  return { ...peer, isAllowed: peer.allowed_at !== null, hasOwnBlock: peer.blockedBy === peer.host }
}
