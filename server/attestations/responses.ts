// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import type { AssociationRow } from '../../db/queries/association.ts'
import type { AttestationRow } from '../../db/queries/attestations.ts'
import type { Deps } from '../deps.ts'
import { Refused } from '../web/errors.ts'
import { documentOf } from './pages/document.ts'
import type { NoPdf } from '../web/typst.ts'
import { typeset } from './typst.ts'

/** @throws Refused when there can be no PDF of it: the page can be printed. */
export async function sendPdf(
  deps: Deps,
  req: Request,
  res: Response,
  row: AttestationRow,
  association: AssociationRow,
) {
  const bytes = await typeset(documentOf(deps, row, association), row.issued_on)
  await sendBytes(req, res, `attestation-${row.number}`, bytes)
}

/** @throws Refused as sendPdf. */
export async function sendBytes(req: Request, res: Response, name: string, bytes: Buffer | NoPdf) {
  if (typeof bytes === 'string') throw new Refused(`attestations.refused.${bytes}`)
  await req.session.saveIfPossible()
  res.set('Content-Type', 'application/pdf')
  res.set('Content-Disposition', `attachment; filename="${name}.pdf"`)
  res.send(bytes)
}
