// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody must always be able to say who has which role.
import { countRoleKeepers } from '../../db/queries/roles.ts'
import { Refused } from '../web/errors.ts'
import type { Tx } from '../web/transact.ts'

type Count = Awaited<ReturnType<typeof countRoleKeepers>>

/** @throws Refused when somebody lost the right « roles », and nobody who can come in has it. */
function refuseNobody(before: Count, after: Count): void {
  if (after.here === 0 && after.all < before.all) throw new Refused('people.refused.last_administrator')
}

/** Whatever may take somebody's roles or access away runs within this. @throws Refused: the transaction is undone. */
export async function keepingARoleKeeper<T>(tx: Tx, change: () => Promise<T>): Promise<T> {
  const before = await countRoleKeepers(tx)
  const done = await change()
  refuseNobody(before, await countRoleKeepers(tx))
  return done
}

/** Before somebody leaves in several transactions. @throws Refused. */
export async function refuseLastKeeper(tx: Tx, leaving: string): Promise<void> {
  refuseNobody(await countRoleKeepers(tx), await countRoleKeepers(tx, leaving))
}
