// SPDX-License-Identifier: AGPL-3.0-or-later
// A volunteer's own attestations, and what they say they can do.
import type { Request, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import * as attestations from '../../../db/queries/attestations.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { writeSkills } from '../commands/issue.ts'
import { credentialOf } from '../credential.ts'
import { skillsForm } from '../forms.ts'
import { documentOf } from '../pages/document.ts'
import { listOf } from '../pages/list.ts'
import { sendPdf } from '../responses.ts'

async function showMine(deps: Deps, req: Request, res: Response, form?: Form, status = 200) {
  const own = req.viewer.personId ?? ''
  const skills = await attestations.findSkills(deps.db, own)
  await res.page(
    'attestations/mine',
    {
      title: req.t('attestations.mine.title'),
      attestations: listOf(req.t, await attestations.listAttestationsOf(deps.db, own), '/my/attestations'),
      form: form ?? emptyForm({ skills: skills.join('\n') }),
    },
    status,
  )
}

export const index =
  (deps: Deps): Handler =>
  (req, res) =>
    showMine(deps, req, res)

export const saveSkills =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(skillsForm, req.body)
    if (!parsed.ok) return showMine(deps, req, res, parsed.form, 422)
    await writeSkills(deps, req.viewer, parsed.value.skills)
    req.session.flash('attestations.mine.saved')
    await redirect(req, res, '/my/attestations')
  }

/** @throws NotFound for somebody else's. */
async function readOwn(deps: Deps, req: Request) {
  const row = await attestations.findAttestation(deps.db, param(req, 'attestation'))
  if (!row || row.person_id !== req.viewer.personId) throw new NotFound()
  return { row, association: await getAssociation(deps.db) }
}

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { row, association } = await readOwn(deps, req)
    const document = documentOf(deps, row, association)
    await res.page('attestations/document', {
      title: req.t('attestations.verify.title', { number: req.t.number(row.number) }),
      robots: 'noindex',
      document,
      back: '/my/attestations',
      backLabel: req.t('attestations.mine.title'),
      pdf: `/my/attestations/${row.id}.pdf`,
      withdrawal: '',
    })
  }

export const pdf =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { row, association } = await readOwn(deps, req)
    await sendPdf(deps, req, res, row, association)
  }

/** @throws NotFound when it was withdrawn. */
export const credential =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { row, association } = await readOwn(deps, req)
    if (row.revoked_at) throw new NotFound()
    res.set('Content-Type', 'application/vc+jwt')
    res.set('Content-Disposition', `attachment; filename="attestation-${row.number}.jwt"`)
    res.send(await credentialOf(deps, row, association))
  }
