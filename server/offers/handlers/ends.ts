// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import type { Handler } from '../../web/handler.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import { archiveOffer, cancelOffer, closeOffer } from '../commands/end.ts'
import { closeForm } from '../forms.ts'
import { titleOf } from '../pages/words.ts'
import { CLOSE_REASONS } from '../../model/offer/rules.ts'
import { pathOf } from '../responses.ts'
import { readOwn, type Own } from '../responses.ts'
import { redirect } from '../../web/redirect.ts'

async function renderClosing(deps: Deps, req: Request, res: Response, own: Own, form: Form): Promise<void> {
  const title = titleOf(req.t, own.offer.content)
  await res.page(
    'offers/closing',
    {
      title: req.t('offers.close.title', { offer: title.text }),
      back: pathOf(own.offer),
      action: pathOf(own.offer, '/closing'),
      waiting: own.waiting,
      reasons: CLOSE_REASONS.map((value) => ({
        value,
        label: deps.taxonomies.label('close_reason', value, req.t.locale),
      })),
      form,
    },
    Object.keys(form.errors).length > 0 ? 422 : 200,
  )
}

export const askClosing =
  (deps: Deps): Handler =>
  async (req, res) =>
    renderClosing(deps, req, res, await readOwn(deps, req), emptyForm())

export const close =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    const parsed = parseForm(closeForm, req.body)
    if (!parsed.ok) return renderClosing(deps, req, res, own, parsed.form)
    const { reason, reopen_on: reopenOn } = parsed.value
    await closeOffer(deps, req.viewer, own.offer.id, { reason, reopenOn })
    req.session.flash('offers.close.done', { offer: titleOf(req.t, own.offer.content).text })
    await redirect(req, res, pathOf(own.offer))
  }

type Question = { title: MessageKey; text: MessageKey; button: MessageKey; end: string; done: MessageKey; to?: string }

const ask =
  (question: (req: Request, own: Own) => Question) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    const { title, text, button, end } = question(req, own)
    const offer = titleOf(req.t, own.offer.content).text
    await res.page('offers/confirm', {
      title: req.t(title, { offer }),
      text: req.t(text),
      button: req.t(button),
      action: pathOf(own.offer, end),
      back: pathOf(own.offer),
    })
  }

const done =
  (question: (req: Request, own: Own) => Question, work: (deps: Deps, req: Request, id: string) => Promise<void>) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    const { done: key, to } = question(req, own)
    await work(deps, req, own.offer.id)
    req.session.flash(key, { offer: titleOf(req.t, own.offer.content).text })
    await redirect(req, res, to ?? pathOf(own.offer))
  }

const cancelling = (): Question => ({
  title: 'offers.cancel.title',
  text: 'offers.cancel.text',
  button: 'offers.do.cancel',
  end: '/cancellation',
  done: 'offers.cancel.done',
})
export const askCancellation = ask(cancelling)
export const cancel = done(cancelling, (deps, req, id) => cancelOffer(deps, req.viewer, id))

const removing = (_req: Request, { offer }: Own): Question => {
  const isDraft = offer.state === 'draft'
  return {
    title: isDraft ? 'offers.discard.title' : 'offers.archive.title',
    text: isDraft ? 'offers.discard.text' : 'offers.archive.text',
    button: isDraft ? 'offers.do.discard' : 'offers.do.archive',
    end: '/removal',
    done: isDraft ? 'offers.discard.done' : 'offers.archive.done',
    to: '/work/offers',
  }
}
export const askRemoval = ask(removing)
export const remove = done(removing, (deps, req, id) => archiveOffer(deps, req.viewer, id))
