// SPDX-License-Identifier: AGPL-3.0-or-later
import { setImmediate } from 'node:timers/promises'
import type { PersonRow } from '../../db/queries/people.ts'
import { readPersonal } from '../../db/queries/personal.ts'
import type { Deps } from '../deps.ts'

/**
 * All that is kept about a person, in pieces of one JSON text: `{ made_at, site, kept: [{ table, … }] }`. Names of tables
 * and columns are those of the database, for other programs.
 */
export async function* personAsJson(deps: Deps, person: PersonRow): AsyncGenerator<string> {
  const { config, clock, db } = deps
  yield `{"made_at":${JSON.stringify(clock.iso())},"site":${JSON.stringify(config.publicUrl)},"kept":[`
  let separator = '\n'
  for await (const { table, rows } of readPersonal(db, person)) {
    for (const row of rows) {
      yield `${separator}${JSON.stringify({ table, ...row })}`
      separator = ',\n'
    }
    await setImmediate()
  }
  yield '\n]}\n'
}
