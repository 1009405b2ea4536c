// SPDX-License-Identifier: AGPL-3.0-or-later
// What the person does on their own page, by the link in their mails.
import { getAssociation } from '../../../db/queries/association.ts'
import * as enquiries from '../../../db/queries/enquiries.ts'
import { insertErased } from '../../../db/queries/erase.ts'
import { record } from '../../../db/queries/events.ts'
import type { Deps } from '../../deps.ts'
import { writeErased } from '../../privacy/erase.ts'
import { NotFound } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { OwnInput } from '../forms.ts'
import { keepLink } from '../link.ts'
import { placeOf } from '../place.ts'

async function load(tx: Tx, deps: Deps, token: string): Promise<enquiries.EnquiryRow> {
  const found = await enquiries.findEnquiryByToken(tx, deps.secrets.hash(token), deps.clock.iso())
  if (!found) throw new NotFound('enquiries.link_over')
  return found
}

/** A sign of life too: it is kept as long again. @throws NotFound when the link is over. */
export async function changeEnquiry(deps: Deps, token: string, input: OwnInput, wording: string): Promise<void> {
  await transact(deps, async (tx) => {
    const found = await load(tx, deps, token)
    if (found.state === 'unconfirmed') throw new NotFound('enquiries.link_over')
    const now = deps.clock.iso()
    const { place, agreed, call_back, ...rest } = input
    const isSame = agreed === (found.agreed_at !== null)
    await enquiries.saveEnquiry(tx, found.id, {
      ...rest,
      ...placeOf(deps, place, (await getAssociation(tx)).country),
      call_back: call_back ? 1 : 0,
      ...(!isSame && { agreed_at: agreed ? now : null, agreed_text: agreed ? wording : '' }),
      seen_at: now,
      updated_at: now,
    })
    await keepLink(tx, deps, found.id, true)
    await record(tx, { type: 'enquiry.changed', at: now, subject: found.id, details: {} })
  })
}

/** Everything about it is deleted at once. @throws NotFound when it is gone already. */
export async function withdrawEnquiry(deps: Deps, token: string): Promise<void> {
  await transact(deps, async (tx) => withdrawIn(tx, deps, await load(tx, deps, token), null))
  await writeErased(deps)
}

/** In the transaction of the caller, who writes the list of what was erased afterwards. @param by who of the team. */
export async function withdrawIn(tx: Tx, deps: Deps, { id }: enquiries.EnquiryRow, by: string | null): Promise<void> {
  const at = deps.clock.iso()
  await enquiries.deleteEnquiry(tx, id)
  await insertErased(tx, id, at)
  await record(tx, { type: 'enquiry.withdrawn', at, actorId: by, subject: id, details: {} })
}
