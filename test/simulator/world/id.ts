/** An id of GEN's: most are numbers, some are texts. */
export type Id = number | string;
