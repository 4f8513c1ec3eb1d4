/** Told now and then by long work: how much is done of how much there is, in whatever unit it counts. */
export type Progress = (done: number, total: number) => void;
