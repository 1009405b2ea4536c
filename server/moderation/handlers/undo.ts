// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Deps } from '../../deps.ts'
import type { Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { undoAnswer } from '../commands/held.ts'
import { addressOf, itemAddress } from '../pages/list.ts'
import { askedOf } from '../responses.ts'

export const undo =
  (deps: Deps): Handler =>
  async (req, res) => {
    const asked = askedOf(req)
    const sent = (req.body as Record<string, unknown>)['undo']
    const { undone, left } = await undoAnswer(deps, req.viewer, typeof sent === 'string' ? sent : '')
    if (undone.length === 0) req.session.flash('moderation.undo.late', {}, 'wait')
    else if (left.length > 0)
      req.session.flash('moderation.undo.partly', { count: undone.length, titles: req.t.list(left) }, 'wait')
    else req.session.flash(`moderation.undo.done.${undone.length === 1 ? 'one' : 'other'}`, { count: undone.length })
    await redirect(req, res, undone.length === 1 ? `${itemAddress(asked, undone[0]!)}#offer` : addressOf(asked))
  }
