// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { hasToTellOfEnd } from '../../../db/queries/application-messages.ts'
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import type { Handler } from '../../web/handler.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import { archiveOffer, cancelOffer, closeOffer } from '../commands/end.ts'
import { WORD_LONGEST, cancelForm, closeForm } from '../forms.ts'
import { titleOf } from '../pages/words.ts'
import { CANCEL_REASONS, CLOSE_REASONS } from '../../model/offer/rules.ts'
import { pathOf } from '../responses.ts'
import { readOwn, type Own } from '../responses.ts'
import { redirect } from '../../web/redirect.ts'

const ENDS = {
  closed: {
    list: 'close_reason',
    codes: CLOSE_REASONS,
    path: '/closing',
    title: 'offers.close.title',
    text: 'offers.close.text',
    button: 'offers.do.close',
  },
  cancelled: {
    list: 'cancel_reason',
    codes: CANCEL_REASONS,
    path: '/cancellation',
    title: 'offers.cancel.title',
    text: 'offers.cancel.text',
    button: 'offers.do.cancel',
  },
} as const
type End = keyof typeof ENDS

async function renderEnd(deps: Deps, req: Request, res: Response, own: Own, end: End, form: Form): Promise<void> {
  const { list, codes, path, title, text, button } = ENDS[end]
  const offer = titleOf(req.t, own.offer.content).text
  // What was typed stays, also when those it was for have withdrawn meanwhile.
  const hasWord = form.values['word'] !== undefined || (await hasToTellOfEnd(deps.db, own.offer.id, end))
  await res.page(
    'offers/closing',
    {
      title: req.t(title, { offer }),
      text: req.t(text),
      button: req.t(button),
      back: pathOf(own.offer),
      action: pathOf(own.offer, path),
      waiting: end === 'closed' ? own.waiting : 0,
      reasons: codes.map((value) => ({ value, label: deps.taxonomies.label(list, value, req.t.locale) })),
      mayReopen: end === 'closed',
      wordLongest: hasWord ? WORD_LONGEST : 0,
      form,
    },
    Object.keys(form.errors).length > 0 ? 422 : 200,
  )
}

const askEnd =
  (end: End) =>
  (deps: Deps): Handler =>
  async (req, res) =>
    renderEnd(deps, req, res, await readOwn(deps, req), end, emptyForm())

export const askClosing = askEnd('closed')
export const askCancellation = askEnd('cancelled')

export const close =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    const parsed = parseForm(closeForm, req.body)
    if (!parsed.ok) return renderEnd(deps, req, res, own, 'closed', parsed.form)
    const { reason, reopen_on: reopenOn, word } = parsed.value
    await closeOffer(deps, req.viewer, own.offer.id, { reason, reopenOn, word })
    await ended(req, res, own, 'offers.close.done')
  }

export const cancel =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    const parsed = parseForm(cancelForm, req.body)
    if (!parsed.ok) return renderEnd(deps, req, res, own, 'cancelled', parsed.form)
    await cancelOffer(deps, req.viewer, own.offer.id, parsed.value)
    await ended(req, res, own, 'offers.cancel.done')
  }

async function ended(req: Request, res: Response, { offer }: Own, done: MessageKey): Promise<void> {
  req.session.flash(done, { offer: titleOf(req.t, offer.content).text })
  await redirect(req, res, pathOf(offer))
}

const REMOVALS = {
  draft: {
    title: 'offers.discard.title',
    text: 'offers.discard.text',
    button: 'offers.do.discard',
    done: 'offers.discard.done',
  },
  other: {
    title: 'offers.archive.title',
    text: 'offers.archive.text',
    button: 'offers.do.archive',
    done: 'offers.archive.done',
  },
} as const
const removalOf = ({ offer }: Own) => REMOVALS[offer.state === 'draft' ? 'draft' : 'other']

export const askRemoval =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    const { title, text, button } = removalOf(own)
    await res.page('offers/confirm', {
      title: req.t(title, { offer: titleOf(req.t, own.offer.content).text }),
      text: req.t(text),
      button: req.t(button),
      action: pathOf(own.offer, '/removal'),
      back: pathOf(own.offer),
    })
  }

export const remove =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    await archiveOffer(deps, req.viewer, own.offer.id)
    req.session.flash(removalOf(own).done, { offer: titleOf(req.t, own.offer.content).text })
    await redirect(req, res, '/work/offers')
  }
