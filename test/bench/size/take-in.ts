// SPDX-License-Identifier: AGPL-3.0-or-later
// Writing beside a hundred thousand offers: one of a member is taken in, then accepted.
import { rmSync } from 'node:fs'
import type Database from 'better-sqlite3'
import { readConfig } from '../../../config/env.ts'
import { insertAffiliation } from '../../../db/queries/affiliations.ts'
import { acceptOffer } from '../../../server/moderation/commands/decide.ts'
import { receiveOffer } from '../../../server/moderation/commands/receive.ts'
import { ROLES, viewerOf } from '../../../server/model/viewer.ts'
import { openDeps } from '../../../server/open-deps.ts'
import { transact } from '../../../server/web/transact.ts'
import { CONTEURS, samplePublicOffer } from '../../support/offers.ts'
import type { Figure } from '../run.ts'
import { copyFilled } from './folder.ts'
import { load, round, timesOf } from './load.ts'

const COUNT = 200

export async function takeInFigure(
  folder: string,
  fill: (connection: Database.Database) => Promise<void>,
): Promise<Figure> {
  const { dataDir, env } = await copyFilled(folder, fill)
  const reading = readConfig(env)
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const { deps } = await openDeps(reading.config)
  const at = deps.clock.iso()
  const member = { partner_uri: CONTEURS.uri, partner_name: CONTEURS.name, partner_url: CONTEURS.url }
  await insertAffiliation(deps.db, { id: 'm', ...member, partner_is: 'member', state: 'active', requested_at: at })
  const people = await deps.db.selectFrom('people').select('id').execute()
  const moderator = viewerOf(people[0]!.id, 'Farid', ROLES)
  const [taken, accepted]: [number[], number[]] = [[], []]
  const timed = async (times: number[], work: () => Promise<void>) => {
    const from = performance.now()
    await work()
    times.push(performance.now() - from)
  }
  for (let one = 0; one < COUNT; one++) {
    const offer = samplePublicOffer({ name: `new-${one}` })
    await timed(taken, () => transact(deps, (tx) => receiveOffer(tx, deps, offer, { via: 'a.b.c' })))
    const find = deps.db.selectFrom('moderation_items').select(['id', 'version']).where('offer_uri', '=', offer.uri)
    const { id, version } = await find.executeTakeFirstOrThrow()
    await timed(accepted, () => acceptOffer(deps, moderator, id, { version }))
  }
  await deps.db.destroy()
  rmSync(dataDir, { recursive: true, force: true })
  const [take, accept] = [timesOf(taken, 1), timesOf(accepted, 1)]
  return {
    name: 'take_in_offer_p99_ms',
    value: round(take.p99),
    unit: 'ms',
    note: `${COUNT} offers of a member, each in one durable commit, beside 100 000; p50 ${round(take.p50)} ms; to accept one p50 ${round(accept.p50)}, p99 ${round(accept.p99)} ms; ${load()}`,
  }
}
