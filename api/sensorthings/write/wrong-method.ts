/** 405 with what would be possible [RFC 9110 §15.5.6]. */
import { CodedError } from '../../../services/model/index.ts';

export class WrongMethod extends CodedError {
  /** For the header `Allow`. */
  readonly allow: string;

  constructor(detail: string, allow: string) {
    super('request.method', detail);
    this.allow = allow;
  }
}
