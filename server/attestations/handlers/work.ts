// SPDX-License-Identifier: AGPL-3.0-or-later
// Attestations of one person, for those who make them.
import type { Request, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import * as attestations from '../../../db/queries/attestations.ts'
import { findPerson } from '../../../db/queries/people.ts'
import { recordOpening } from '../../audit/commands.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { fullName } from '../../model/person.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { issueAttestation, withdrawAttestation } from '../commands/issue.ts'
import { attestationForm } from '../forms.ts'
import { documentOf } from '../pages/document.ts'
import { listOf } from '../pages/list.ts'
import { sendPdf } from '../responses.ts'

async function showPerson(deps: Deps, req: Request, res: Response, form?: Form, status = 200) {
  const person = await findPerson(deps.db, param(req, 'person'))
  if (!person) throw new NotFound()
  await recordOpening(deps, req.viewer, { what: 'hours', whose: person.id })
  const association = await getAssociation(deps.db)
  const skills = await attestations.findSkills(deps.db, person.id)
  const rows = await attestations.listAttestationsOf(deps.db, person.id)
  const year = dateIn(association.time_zone, deps.clock.now()).slice(0, 4)
  const usual = {
    kind: 'volunteer',
    language: association.locale,
    from: `${year}-01-01`,
    until: dateIn(association.time_zone, deps.clock.now()),
    signatory: association.director_name || association.contact_name,
    place: association.place_name,
  }
  await res.page(
    'attestations/work',
    {
      title: req.t('attestations.work.title', { person: fullName(person) }),
      robots: 'noindex',
      person: { id: person.id, name: fullName(person) },
      attestations: listOf(req.t, rows, '/work/attestations'),
      form: form ?? emptyForm(usual),
      formId: deps.newId(),
      skills: skills.map((skill) => ({ value: skill, label: skill })),
      kinds: (['volunteer', 'school'] as const).map((value) => ({ value, label: req.t(`attestations.kind.${value}`) })),
      languages: (['fr', 'fr-CA', 'en'] as const).map((value) => ({
        value,
        label: req.t(`attestations.language.${value}`),
      })),
    },
    status,
  )
}

export const index =
  (deps: Deps): Handler =>
  (req, res) =>
    showPerson(deps, req, res)

export const issue =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(attestationForm, req.body)
    if (!parsed.ok) return showPerson(deps, req, res, parsed.form, 422)
    const make = () => issueAttestation(deps, req.viewer, param(req, 'person'), parsed.value, sentForm(req))
    const done = await runCommand(parsed.form, make)
    if (!done.ok) return showPerson(deps, req, res, done.form, done.status)
    req.session.flash('attestations.work.done')
    await redirect(req, res, `/work/attestations/${done.value}`)
  }

async function read(deps: Deps, req: Request) {
  const row = await attestations.findAttestation(deps.db, param(req, 'attestation'))
  if (!row) throw new NotFound()
  await recordOpening(deps, req.viewer, { what: 'hours', whose: row.person_id, id: row.id })
  return { row, association: await getAssociation(deps.db) }
}

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { row, association } = await read(deps, req)
    const document = documentOf(deps, row, association)
    await res.page('attestations/document', {
      title: req.t('attestations.verify.title', { number: req.t.number(row.number) }),
      robots: 'noindex',
      document,
      back: `/work/people/${row.person_id}/attestations`,
      backLabel: req.t('attestations.work.title', { person: row.person_name }),
      pdf: `/work/attestations/${row.id}.pdf`,
      withdrawal: row.revoked_at ? '' : `/work/attestations/${row.id}/withdrawal`,
    })
  }

export const pdf =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { row, association } = await read(deps, req)
    await sendPdf(deps, req, res, row, association)
  }

export const askWithdrawal =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { row } = await read(deps, req)
    await res.page('attestations/withdrawal', {
      title: req.t('attestations.withdrawal.title', { number: req.t.number(row.number) }),
      id: row.id,
      person: row.person_name,
    })
  }

export const withdraw =
  (deps: Deps): Handler =>
  async (req, res) => {
    const personId = await withdrawAttestation(deps, req.viewer, param(req, 'attestation'))
    req.session.flash('attestations.withdrawal.done')
    await redirect(req, res, `/work/people/${personId}/attestations`)
  }
