// SPDX-License-Identifier: AGPL-3.0-or-later
// For whoever was shown an attestation or a credential: is it real, and does it still count?
import { getAssociation } from '../../../db/queries/association.ts'
import { findAttestationByCode } from '../../../db/queries/attestations.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { param, type Handler } from '../../web/handler.ts'
import { wholeNumber } from '../../web/paging.ts'
import { achievementOf, credentialOf, issuerOf, publicKeyOf, statusListOf } from '../credential.ts'
import { documentOf } from '../pages/document.ts'

/** Shows what the document itself says, and nothing else about the person. */
export const verify =
  (deps: Deps): Handler =>
  async (req, res) => {
    const row = await findAttestationByCode(deps.db, param(req, 'code'))
    if (!row) throw new NotFound('attestations.verify.unknown')
    const document = documentOf(deps, row, await getAssociation(deps.db))
    await res.page('attestations/verify', {
      title: req.t('attestations.verify.title', { number: req.t.number(row.number) }),
      robots: 'noindex',
      document,
    })
  }

/** Says what the page says, signed: for whoever has the address. @throws NotFound when it was withdrawn. */
export const credential =
  (deps: Deps): Handler =>
  async (req, res) => {
    const row = await findAttestationByCode(deps.db, param(req, 'code'))
    if (!row || row.revoked_at) throw new NotFound('attestations.verify.unknown')
    res.set('Content-Type', 'application/vc+jwt')
    res.send(await credentialOf(deps, row, await getAssociation(deps.db)))
  }

/** Numbers of lists that can be asked for: 65 billion attestations. */
const MOST_LISTS = 500_000

export const status =
  (deps: Deps): Handler =>
  async (req, res) => {
    const list = wholeNumber(param(req, 'list'), 1, MOST_LISTS)
    if (list === undefined) throw new NotFound()
    res.set('Content-Type', 'application/vc+jwt')
    res.send(await statusListOf(deps, list))
  }

export const issuer =
  (deps: Deps): Handler =>
  async (_req, res) => {
    res.json(issuerOf(deps, await getAssociation(deps.db)))
  }

export const achievement =
  (deps: Deps): Handler =>
  async (_req, res) => {
    const association = await getAssociation(deps.db)
    res.json(achievementOf(deps, deps.i18n.for(association.locale, association.time_zone), association))
  }

export const key =
  (deps: Deps): Handler =>
  async (req, res) => {
    const jwk = await publicKeyOf(deps, param(req, 'verifier'))
    if (!jwk) throw new NotFound()
    res.set('Content-Type', 'application/jwk+json').send(JSON.stringify(jwk))
  }
