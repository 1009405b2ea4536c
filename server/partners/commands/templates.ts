// SPDX-License-Identifier: AGPL-3.0-or-later
// Models of offers that a centre writes for its members.
import { record } from '../../../db/queries/events.ts'
import {
  deleteSharedTemplate,
  findSharedTemplate,
  listSharedTemplates,
  saveSharedTemplate,
} from '../../../db/queries/shared-templates.ts'
import type { Deps } from '../../deps.ts'
import { canAnswer } from '../../model/relation-policy.ts'
import {
  fromShared,
  MOST_SHARED,
  MOST_SHARED_BYTES,
  sharedDocument,
  SHARED_FIELDS,
  type SharedContent,
} from '../../model/shared-template.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, NotFound, Refused } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'

type Written = { name: string; content: SharedContent }

/** @returns its id. @throws Forbidden; Refused when there are too many, or they say too much. */
export async function shareTemplate(deps: Deps, viewer: Viewer, written: Written, sent?: SentForm): Promise<string> {
  if (!canAnswer(viewer)) throw new Forbidden()
  return transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      if ((await listSharedTemplates(tx)).length >= MOST_SHARED) throw new Refused('partners.templates.full')
      const id = deps.newId()
      await save(tx, deps, viewer, id, written)
      return id
    }),
  )
}

/**
 * @param version when the model that the form showed was last changed; '' asks nothing.
 * @throws Forbidden; NotFound when somebody took it away; Refused, also when somebody changed it meanwhile.
 */
export async function changeSharedTemplate(
  deps: Deps,
  viewer: Viewer,
  id: string,
  written: Written,
  version = '',
): Promise<void> {
  if (!canAnswer(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const stored = await findSharedTemplate(tx, id)
    if (!stored) throw new NotFound()
    if (textOf(stored) === textOf(written)) return
    if (version !== '' && version !== stored.updated_at) throw new Refused('partners.templates.changed')
    await save(tx, deps, viewer, id, written)
  })
}

const textOf = ({ name, content }: Written): string =>
  JSON.stringify([name, ...SHARED_FIELDS.map((field) => content[field])])

async function save(tx: Tx, deps: Deps, viewer: Viewer, id: string, { name, content }: Written): Promise<void> {
  const at = deps.clock.iso()
  const row = { id, name, content: fromShared(content), created_by: viewer.personId, created_at: at, updated_at: at }
  await saveSharedTemplate(tx, row)
  const bytes = Buffer.byteLength(JSON.stringify(sharedDocument(await listSharedTemplates(tx))))
  if (bytes > MOST_SHARED_BYTES) throw new Refused('partners.templates.too_much')
  await record(tx, { type: 'shared_template.saved', at, actorId: viewer.personId, subject: id, details: {} })
}

/** Offers that began with it stay. One that is gone already is no fault. */
export async function removeSharedTemplate(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  if (!canAnswer(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    if (!(await deleteSharedTemplate(tx, id))) return
    const at = deps.clock.iso()
    await record(tx, { type: 'shared_template.removed', at, actorId: viewer.personId, subject: id, details: {} })
  })
}
