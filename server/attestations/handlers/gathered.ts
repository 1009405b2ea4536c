// SPDX-License-Identifier: AGPL-3.0-or-later
// Hours from several associations on one page of the volunteer, by their own choice.
import type { Request, RequestHandler, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import { listGathered, sumYearsOf } from '../../../db/queries/gathered.ts'
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, withErrors, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { readUpload, sentFile } from '../../web/upload.ts'
import { checkGathered, dropGathered, gatherAttestation } from '../commands/gather.ts'
import { LONGEST_CREDENTIAL } from '../foreign.ts'
import { gatheredForm } from '../forms.ts'
import { gatheredPage } from '../pages/gathered.ts'

const HOME = '/my/gathered'

export const fileSteps = (): RequestHandler[] => readUpload(4 * LONGEST_CREDENTIAL)

async function showAll(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const own = req.viewer.personId ?? ''
  const { name } = await getAssociation(deps.db)
  const page = gatheredPage(req.t, {
    association: name,
    here: await sumYearsOf(deps.db, own),
    gathered: await listGathered(deps.db, own),
  })
  await res.page('attestations/gathered', { title: req.t('attestations.gathered.title'), form, ...page }, status)
}

export const index =
  (deps: Deps): Handler =>
  (req, res) =>
    showAll(deps, req, res, emptyForm())

export const add =
  (deps: Deps): Handler =>
  async (req, res) => {
    const file = sentFile(req, 'file')
    const sent = file && file !== 'too_large' ? { text: file.bytes.toString('latin1') } : (req.body as object)
    const parsed = parseForm(gatheredForm, sent)
    const typed = file ? emptyForm() : parsed.form
    if (file === 'too_large' || (file && file.bytes.length > LONGEST_CREDENTIAL))
      return showAll(deps, req, res, withErrors(emptyForm(), { text: 'attestations.gathered.error.shape' }), 422)
    if (!parsed.ok) return showAll(deps, req, res, parsed.form, 422)
    const done = await runCommand(typed, () => gatherAttestation(deps, req.viewer, parsed.value.text))
    if (!done.ok) return showAll(deps, req, res, done.form, 422)
    req.session.flash(done.value ? 'attestations.gathered.added' : 'attestations.gathered.known')
    return redirect(req, res, HOME)
  }

export const check =
  (deps: Deps): Handler =>
  async (req, res) => {
    await checkGathered(deps, req.viewer)
    req.session.flash('attestations.gathered.checked')
    await redirect(req, res, HOME)
  }

export const drop =
  (deps: Deps): Handler =>
  async (req, res) => {
    await dropGathered(deps, req.viewer, param(req, 'gathered'))
    req.session.flash('attestations.gathered.dropped')
    await redirect(req, res, HOME)
  }
