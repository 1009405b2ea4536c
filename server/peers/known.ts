// SPDX-License-Identifier: AGPL-3.0-or-later
// Every site we know, with what it is to us and how it is: a handful of queries, whatever their number.
import {
  countUnsettledByActor,
  listFollowerHosts,
  listPeers,
  listRelations,
  type FollowerLine,
  type PeerLine,
  type RelationLine,
} from '../../db/queries/peers.ts'
import { actorUri } from '../association/address.ts'
import type { Deps } from '../deps.ts'
import type { Handle } from '../web/transact.ts'
import { readPolicy } from './in-force.ts'
import { blockedBy, hostOf, silenceOf, STATES, stateOf, type PeerState, type Policy, type Situation } from './rules.ts'

export type KnownPeer = Omit<PeerLine, 'state'> & {
  state: PeerState
  relations: RelationLine[]
  followers: FollowerLine | undefined
  parked: number
  /** The blocked name that covers it; its own or one above. */
  blockedBy: string | undefined
}

/** By state, what needs a look first, then by host. */
export async function listKnownPeers(db: Handle, deps: Deps, policy?: Policy): Promise<KnownPeer[]> {
  const holds = policy ?? (await readPolicy(db, deps))
  const relations = Map.groupBy(await listRelations(db), ({ partner_uri }) => hostOf(partner_uri))
  const followers = new Map((await listFollowerHosts(db, actorUri(deps))).map((line) => [line.host, line]))
  const parked = new Map<string, number>()
  for (const { actor, parked: count } of await countUnsettledByActor(db))
    parked.set(hostOf(actor), (parked.get(hostOf(actor)) ?? 0) + count)
  const peers = (await listPeers(db)).map((line) => {
    const { host } = line
    const ours = relations.get(host) ?? []
    return {
      ...line,
      // A partner's name is the one people know; of a site with many accounts none speaks for it.
      name: ours[0]?.partner_name ?? line.name,
      state: stateOf(line, silenceOf(holds, host)),
      relations: ours,
      followers: followers.get(host),
      parked: parked.get(host) ?? 0,
      blockedBy: blockedBy(holds, host),
    }
  })
  return peers.toSorted((a, b) => rank(a) - rank(b) || (a.host < b.host ? -1 : 1))
}

/** What the network does and nobody has decided about comes first; what was decided can wait. */
const ORDER: PeerState[] = ['refused', 'silent', 'away', 'waiting', 'paused', 'fine', 'left_out', 'blocked']
const rank = ({ state, parked }: KnownPeer) => (parked > 0 ? -1 : ORDER.indexOf(state))

export function matches({ host, name }: KnownPeer, q: string): boolean {
  const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
  return q === '' || plain(host).includes(plain(q)) || plain(name).includes(plain(q))
}

/** What decides which buttons there are. */
export function situationOf(peer: KnownPeer): Situation {
  return { ...peer, isAllowed: peer.allowed_at !== null, hasOwnBlock: peer.blockedBy === peer.host }
}

/** How many sites there are in each state. */
export function countStates(peers: readonly KnownPeer[]): Record<PeerState, number> {
  const counts = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<PeerState, number>
  for (const { state } of peers) counts[state] += 1
  return counts
}
