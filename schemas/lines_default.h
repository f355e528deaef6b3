/*
 * lines_default.h: our table of reporting lines and pars, in the rows of a lines file (lines.h).
 *
 * Lines: the sum from which cash has to be reported to the country's financial intelligence unit; where a country has no such report, the sum
 * from which cash may not be paid, must be declared, or has the payer identified, since that is what sums are kept below. "Read": the source was
 * looked at when the row was written; "known": it was not, check it before relying on the row. Laws change: a bank gives its own (--lines).
 *
 * Pars: to one or two digits, about what the currencies were worth in 2025; they only tell large sums from small ones.
 */
#ifndef MT_LINES_DEFAULT_H
#define MT_LINES_DEFAULT_H

/* clang-format off */
#define MT_LINES_WITH_LINE(X) \
    X("USD,10000,1")        /* 31 CFR 1010.311, cash over 10,000 (read) */ \
    X("EUR,10000,1")        /* Regulation (EU) 2024/1624 art. 80, no cash payments over 10,000 (known) */ \
    X("CNY,50000,7")        /* PBOC Order 2016 no. 3 art. 5, cash of 50,000 a day (domain brief, 1.4 and its source 24) */ \
    X("GBP,10000,0.8")      /* cash declaration at the border and high value dealers, 10,000 (known) */ \
    X("CAD,10000,1.4")      /* PCMLTF Regulations, large cash transaction report: 10,000 (read) */ \
    X("AUD,10000,1.5")      /* AML/CTF Act 2006 s. 43, threshold transaction: cash of 10,000 (read) */ \
    X("NZD,10000,1.7")      /* AML/CFT Act 2009, prescribed transaction: cash of 10,000 (known) */ \
    X("JPY,2000000,150")    /* Act on Prevention of Transfer of Criminal Proceeds, identification for cash over 2,000,000 (known) */ \
    X("KRW,10000000,1400")  /* KoFIU currency transaction report: 10,000,000 a day (read) */ \
    X("IDR,500000000,16000") /* Law 8/2010, cash of 500,000,000 reported to PPATK (read in the press) */ \
    X("BRL,50000,5.5")      /* BCB Circular 3.839/2017, now 3.978/2020, cash of 50,000 told to Coaf (read in part) */ \
    X("INR,1000000,85")     /* PML (Maintenance of Records) Rules 2005 rule 3, cash over ten lakh (known) */ \
    X("THB,2000000,33")     /* AMLO ministerial regulation, cash of 2,000,000 (known) */ \
    X("PHP,500000,57")      /* RA 9160 sec. 3(b), covered transaction over 500,000 (known) */ \
    X("MYR,25000,4.3")      /* BNM cash threshold report: 25,000 a day (known) */ \
    X("TWD,500000,31")      /* Money Laundering Control Act, cash of 500,000 (known) */ \
    X("HKD,120000,7.8")     /* Cap. 629, declaration of 120,000 at the border (known) */ \
    X("RUB,1000000,85")     /* Law 115-FZ art. 6, 1,000,000 (known) */ \
    X("ZAR,50000,18")       /* FIC Act s. 28, cash over 49,999.99 (known) */ \
    X("XXX,10000,1")        /* no currency: files that name none, as sets made by a program do */

#define MT_LINES_PAR_ONLY(X) \
    X("AED,,3.7") X("AFN,,70") X("ALL,,85") X("AMD,,390") X("AOA,,910") X("ARS,,1200") X("AWG,,1.8") X("AZN,,1.7") X("BAM,,1.7") \
    X("BBD,,2") X("BDT,,120") X("BGN,,1.7") X("BHD,,0.38") X("BIF,,2900") X("BMD,,1") X("BND,,1.3") X("BOB,,6.9") X("BSD,,1") \
    X("BTN,,85") X("BWP,,13") X("BYN,,3.2") X("BZD,,2") X("CDF,,2800") X("CHF,,0.85") X("CLP,,950") X("COP,,4100") X("CRC,,510") \
    X("CUP,,24") X("CVE,,100") X("CZK,,22") X("DJF,,180") X("DKK,,6.7") X("DOP,,60") X("DZD,,130") X("EGP,,50") X("ERN,,15") \
    X("ETB,,130") X("FJD,,2.3") X("FKP,,0.8") X("GEL,,2.7") X("GHS,,12") X("GIP,,0.8") X("GMD,,71") X("GNF,,8600") X("GTQ,,7.7") \
    X("GYD,,210") X("HNL,,26") X("HRK,,7.5") X("HTG,,130") X("HUF,,360") X("ILS,,3.6") X("IQD,,1300") X("ISK,,130") X("JMD,,160") \
    X("JOD,,0.71") X("KES,,130") X("KGS,,87") X("KHR,,4000") X("KMF,,440") X("KPW,,900") X("KWD,,0.31") X("KYD,,0.83") X("KZT,,520") \
    X("LAK,,22000") X("LBP,,90000") X("LKR,,300") X("LRD,,200") X("LSL,,18") X("LYD,,5.4") X("MAD,,9.3") X("MDL,,17") X("MGA,,4500") \
    X("MKD,,55") X("MMK,,2100") X("MNT,,3500") X("MOP,,8") X("MRU,,40") X("MUR,,46") X("MVR,,15") X("MWK,,1700") X("MXN,,19") \
    X("MZN,,64") X("NAD,,18") X("NGN,,1500") X("NIO,,37") X("NOK,,10") X("NPR,,140") X("OMR,,0.38") X("PAB,,1") X("PEN,,3.6") \
    X("PGK,,4.1") X("PKR,,280") X("PLN,,3.7") X("PYG,,7700") X("QAR,,3.6") X("RON,,4.4") X("RSD,,100") X("RWF,,1400") X("SAR,,3.8") \
    X("SBD,,8.3") X("SCR,,14") X("SDG,,600") X("SEK,,9.7") X("SGD,,1.3") X("SHP,,0.8") X("SLE,,23") X("SLL,,23000") X("SOS,,570") \
    X("SRD,,37") X("SSP,,4500") X("STN,,21") X("SVC,,8.8") X("SYP,,12000") X("SZL,,18") X("TJS,,10") X("TMT,,3.5") X("TND,,2.9") \
    X("TOP,,2.4") X("TRY,,40") X("TTD,,6.8") X("TZS,,2600") X("UAH,,41") X("UGX,,3600") X("UYU,,41") X("UZS,,12500") X("VES,,100") \
    X("VND,,26000") X("VUV,,120") X("WST,,2.8") X("XAF,,570") X("XBT,,0.00001") X("XCD,,2.7") X("XCG,,1.8") X("XOF,,570") X("XPF,,104") \
    X("YER,,240") X("ZMW,,24") X("ZWG,,27")
/* clang-format on */

#endif
