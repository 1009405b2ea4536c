// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import type { AssociationRow } from '../../db/queries/association.ts'
import type { AttestationRow } from '../../db/queries/attestations.ts'
import type { Deps } from '../deps.ts'
import { sendPdfFile } from '../web/send-pdf.ts'
import { documentOf } from './pages/document.ts'
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
  await sendPdfFile(req, res, `attestation-${row.number}`, bytes)
}
