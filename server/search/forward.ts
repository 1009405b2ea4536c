// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody sends an offer to a friend: one mail at once. The friend’s address is in the queue until it is sent, and
// nowhere afterwards.
import type { Request, Response } from 'express'
import { z } from 'zod'
import { networkOf } from '../base/network.ts'
import type { Deps } from '../deps.ts'
import { countTries, refuseTooMany } from '../limits.ts'
import { enqueueMail } from '../mail/queue.ts'
import { whenText, whereText } from '../public-offer/words.ts'
import { TRAP, email, emailKey, namesSite, optionalLines, optionalText, personName } from '../web/fields.ts'
import { emptyForm, parseForm, withErrors, type Form, type Parsed } from '../web/forms.ts'
import { param, type Handler } from '../web/handler.ts'
import { askMailbox } from '../web/mailboxes.ts'
import { redirect } from '../web/redirect.ts'
import { transact } from '../web/transact.ts'
import { cardView } from './request.ts'
import { getShownOffer, type ShownOffer } from './shown-offer.ts'

const MOST_CHARACTERS = 300
const NO_MAIL = 'search.forward.error.no_mail'

const shape = z.object({
  email: email('search.forward.error.email_missing'),
  name: personName('search.forward.error.name_missing'),
  // Nobody uses our mail to send people elsewhere.
  word: optionalLines(MOST_CHARACTERS).pipe(
    z.string().refine((typed) => !namesSite(typed), 'search.forward.error.link'),
  ),
  [TRAP]: optionalText(400),
})
type Input = z.output<typeof shape>

const read = (body: unknown): Parsed<Input> => askMailbox(body, (asked) => parseForm(shape, asked))

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const offer = await getShownOffer(deps, req.viewer, param(req, 'offer'))
    return isOnline(offer) ? page(req, res, offer, emptyForm()) : redirect(req, res, `/offers/${offer.publicId}`)
  }

const isOnline = ({ state }: ShownOffer) => state === 'open' || state === 'full'

export const send =
  (deps: Deps): Handler =>
  async (req, res) => {
    const offer = await getShownOffer(deps, req.viewer, param(req, 'offer'))
    if (!isOnline(offer)) return redirect(req, res, `/offers/${offer.publicId}`)
    const parsed = read(req.body)
    if (!parsed.ok) return page(req, res, offer, parsed.form, 422)
    // Other mails wait until the site can send; this one is kept nowhere.
    if (!deps.config.smtpUrl) return page(req, res, offer, withErrors(parsed.form, { form: NO_MAIL }), 422)
    await mail(deps, req, offer, parsed.value)
    req.session.flash('search.forward.sent')
    return redirect(req, res, `/offers/${offer.publicId}`)
  }

/** The next page is always the same: nobody learns that a limit was reached or a program was recognised. */
async function mail(deps: Deps, req: Request, offer: ShownOffer, { email: to, name, word, [TRAP]: trap }: Input) {
  await refuseTooMany(deps, [{ limit: 'forwards of a network', of: networkOf(req.ip) }])
  if (trap !== '') return deps.log.info('a program filled in the form for a friend', { id: req.id })
  if ((await countTries(deps, [{ limit: 'mails to a mailbox', of: emailKey(to) }])) > 0)
    return deps.log.warn('too many mails to one mailbox', { id: req.id })
  const { t } = req
  const view = cardView(deps, req)
  const facts = [offer.association.name, whenText(view, offer.content), whereText(view, offer.content)]
  await transact(deps, (tx) =>
    enqueueMail(tx, deps, {
      dedupe: `forward:${deps.newId()}`,
      to,
      locale: t.locale,
      template: 'offers/forwarded',
      params: {
        who: name,
        offer: t.text(offer.content.title).text,
        facts: facts.filter(Boolean).join(' · '),
        word,
        link: `${deps.config.publicUrl}/offers/${offer.publicId}`,
      },
    }),
  )
}

function page(req: Request, res: Response, offer: ShownOffer, form: Form, status = 200) {
  const { t } = req
  const title = t.text(offer.content.title).text
  const back = `/offers/${offer.publicId}`
  const body = `${title}\n${offer.association.name}\n\n${offer.homeUrl}`
  const model = {
    title: t('search.forward.title'),
    robots: 'noindex',
    form,
    trap: TRAP,
    most: MOST_CHARACTERS,
    offer: { title, back, address: offer.homeUrl },
    action: `${back}/forward`,
    own: `mailto:?subject=${encodeURIComponent(title)}&body=${encodeURIComponent(body)}`,
  }
  return res.page('search/forward', model, status)
}
