// SPDX-License-Identifier: AGPL-3.0-or-later
import { findItem } from '../../../db/queries/moderation.ts'
import type { Verdict } from '../../../db/queries/likeness.ts'
import type { Deps } from '../../deps.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { sayAlike } from '../commands/compare.ts'
import { itemAddress } from '../pages/list.ts'
import { askedOf } from '../responses.ts'
import { openTo, situationOf } from '../rules/item.ts'

const say =
  (verdict: Verdict) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'item')
    const other = String((req.body as Record<string, unknown>)['other'] ?? '')
    await sayAlike(deps, req.viewer, id, { other, verdict })
    const item = await findItem(deps.db, id)
    const here = itemAddress(askedOf(req), id)
    req.session.flash(`moderation.alike.done.${verdict}`)
    const mayRefuse = item && openTo(situationOf(item)).includes('refuse')
    if (verdict === 'different' || !mayRefuse) return redirect(req, res, `${here}#alike`)
    // What follows from it is proposed, and not done.
    await redirect(req, res, `${here}${here.includes('?') ? '&' : '?'}duplicate=${other}#main-form`)
  }

export const same = say('same')
export const different = say('different')
