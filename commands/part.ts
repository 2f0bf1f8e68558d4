/** What a part of tumpline that can be switched on and off consists of. */
import type { Piece } from '../system/enable/pieces.ts';
import type { Located } from '../system/locate.ts';
import type { Places } from '../system/places.ts';
import type { Invocation, Option } from './command.ts';

export interface PartContext {
  invocation: Invocation;
  located: Located;
  places: Places;
}

/** What switching on comes to in this call. */
export interface Wanted {
  pieces: readonly Piece[];
  /** recorded pieces that shall go, because the user says so now */
  unwanted?: (piece: Pick<Piece, 'kind' | 'path'>) => boolean;
  /** lines to tell, done or not */
  notes: string[];
  /** looks at the result; a Fault takes everything back that was added */
  verify?: () => Promise<void>;
}

export interface PartModule {
  wanted(context: PartContext): Promise<Wanted>;
  /** every piece that it may ever have put somewhere by default, to find it without a record */
  known(context: PartContext): Promise<Piece[]>;
  /** before it is switched off: does what must be done while it is still on, and tells of it; a Fault leaves it on */
  leaving?(context: PartContext): Promise<string[]>;
  /** after it was switched off */
  left?(context: PartContext): Promise<void>;
  /** while it is on: what is wrong with it, a line each, for `tumpline status` */
  problems?(context: PartContext): Promise<string[]>;
}

export interface Part {
  name: string;
  summary: string;
  /** options of `tumpline enable PART` */
  options: Readonly<Record<string, Option>>;
  load: () => Promise<PartModule>;
}
