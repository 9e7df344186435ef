/* Attributes. The form of a value on the wire follows from the attribute's type:
 * p11-kit's table, the same in 0.24.1 and 0.26.4 but for vendors' types. */
#include "bytes.h"
#include "call.h"

#define ATTRIBUTES_MAX 256

/* FORM_NATIVE is a number of a type younger than the wire, which travels as the
 * bytes it has in memory: in `cientro agent` eight, the least first. */
enum form { FORM_BYTES, FORM_BYTE, FORM_ULONG, FORM_NATIVE, FORM_DATE, FORM_MECHANISMS, FORM_TEMPLATE };

static enum form form_of(CK_ATTRIBUTE_TYPE type)
{
	switch (type) {
	case CKA_TOKEN: case CKA_PRIVATE: case CKA_TRUSTED: case CKA_SENSITIVE: case CKA_ENCRYPT: case CKA_DECRYPT:
	case CKA_WRAP: case CKA_UNWRAP: case CKA_SIGN: case CKA_SIGN_RECOVER: case CKA_VERIFY: case CKA_VERIFY_RECOVER:
	case CKA_DERIVE: case CKA_EXTRACTABLE: case CKA_LOCAL: case CKA_NEVER_EXTRACTABLE: case CKA_ALWAYS_SENSITIVE:
	case CKA_MODIFIABLE: case CKA_COPYABLE: case CKA_SECONDARY_AUTH: case CKA_ALWAYS_AUTHENTICATE:
	case CKA_WRAP_WITH_TRUSTED: case CKA_RESET_ON_INIT: case CKA_HAS_RESET: case CKA_COLOR:
		return FORM_BYTE;
	case CKA_CLASS: case CKA_CERTIFICATE_TYPE: case CKA_CERTIFICATE_CATEGORY: case CKA_JAVA_MIDP_SECURITY_DOMAIN:
	case CKA_KEY_TYPE: case CKA_MODULUS_BITS: case CKA_PRIME_BITS: case CKA_SUB_PRIME_BITS: case CKA_VALUE_BITS:
	case CKA_VALUE_LEN: case CKA_KEY_GEN_MECHANISM: case CKA_AUTH_PIN_FLAGS: case CKA_HW_FEATURE_TYPE:
	case CKA_PIXEL_X: case CKA_PIXEL_Y: case 0x402UL /* CKA_RESOLUTION */: case CKA_CHAR_ROWS: case CKA_CHAR_COLUMNS:
	case CKA_BITS_PER_PIXEL: case CKA_MECHANISM_TYPE:
		return FORM_ULONG;
	case CKA_NAME_HASH_ALGORITHM: case 0x601UL /* CKA_PROFILE_ID */:
		return FORM_NATIVE;
	case CKA_START_DATE: case CKA_END_DATE:
		return FORM_DATE;
	case CKA_ALLOWED_MECHANISMS:
		return FORM_MECHANISMS;
	default:
		return (type & CKF_ARRAY_ATTRIBUTE) != 0 ? FORM_TEMPLATE : FORM_BYTES;
	}
}

/* Types travel in four bytes. CK_ULONG may have no more. */
static bool is_short(CK_ATTRIBUTE_TYPE type)
{
	return type >> 16 >> 16 == 0;
}

/* Lengths on the wire are those of 8-byte numbers. */

static bool has_numbers(enum form form)
{
	return form == FORM_ULONG || form == FORM_NATIVE || form == FORM_MECHANISMS;
}

static CK_ULONG wire_length(enum form form, CK_ULONG length)
{
	if (has_numbers(form))
		return length / sizeof(CK_ULONG) * 8;
	return length;
}

static CK_ULONG memory_length(enum form form, uint32_t length)
{
	if (has_numbers(form))
		return length / 8 * sizeof(CK_ULONG);
	return length;
}

static bool is_fit(enum form form, const CK_ATTRIBUTE *attribute)
{
	CK_ULONG length = attribute->ulValueLen;

	switch (form) {
	case FORM_BYTE:
		return length == sizeof(CK_BBOOL) && attribute->pValue != NULL;
	case FORM_ULONG:
	case FORM_NATIVE:
		return length == sizeof(CK_ULONG) && attribute->pValue != NULL;
	case FORM_DATE:
		return length == 0 || length == sizeof(CK_DATE);
	case FORM_MECHANISMS:
		return length % sizeof(CK_MECHANISM_TYPE) == 0;
	default:
		return true;
	}
}

static void put_value(struct call *call, enum form form, const CK_ATTRIBUTE *attribute)
{
	const unsigned char *value = attribute->pValue;
	unsigned char native[8];
	CK_ULONG number, i, count;

	switch (form) {
	case FORM_BYTE:
		put_byte(call, *value);
		break;
	case FORM_ULONG:
		memcpy(&number, value, sizeof number);
		put_ulong(call, number);
		break;
	case FORM_NATIVE:
		memcpy(&number, value, sizeof number);
		store64(native, __builtin_bswap64(number));
		put_blob(call, native, sizeof native);
		break;
	case FORM_MECHANISMS:
		count = attribute->ulValueLen / sizeof number;
		put_uint32(call, (uint32_t)count);
		for (i = 0; i < count && call->rv == CKR_OK; i++) {
			memcpy(&number, value + i * sizeof number, sizeof number);
			put_ulong(call, number);
		}
		break;
	default:
		put_blob(call, value, attribute->ulValueLen);
	}
}

static void put_attribute(struct call *call, const CK_ATTRIBUTE *attribute)
{
	enum form form = form_of(attribute->type);

	require(call, attribute->pValue != NULL || attribute->ulValueLen == 0);
	/* No template of templates: this token keeps no key to wrap others. */
	if (form == FORM_TEMPLATE || !is_short(attribute->type))
		call_fail(call, CKR_ATTRIBUTE_TYPE_INVALID);
	if (attribute->ulValueLen > WIRE_BODY_MAX || !is_fit(form, attribute))
		call_fail(call, CKR_ATTRIBUTE_VALUE_INVALID);
	if (call->rv != CKR_OK)
		return;
	put_uint32(call, (uint32_t)attribute->type);
	put_byte(call, 1);
	put_uint32(call, (uint32_t)wire_length(form, attribute->ulValueLen));
	put_value(call, form, attribute);
}

void put_template(struct call *call, const CK_ATTRIBUTE *attributes, CK_ULONG count)
{
	CK_ULONG i;

	require(call, (attributes != NULL || count == 0) && count <= ATTRIBUTES_MAX);
	put_uint32(call, (uint32_t)count);
	for (i = 0; i < count && call->rv == CKR_OK; i++)
		put_attribute(call, &attributes[i]);
}

/* Whether the agent can be asked for it at all. */
static bool is_asked(const CK_ATTRIBUTE *attribute)
{
	return form_of(attribute->type) != FORM_TEMPLATE && is_short(attribute->type);
}

void put_attribute_rooms(struct call *call, const CK_ATTRIBUTE *attributes, CK_ULONG count)
{
	CK_ULONG i, room, asked = 0;

	require(call, attributes != NULL && count > 0 && count <= ATTRIBUTES_MAX);
	if (call->rv != CKR_OK)
		return;
	for (i = 0; i < count; i++)
		asked += is_asked(&attributes[i]);
	put_uint32(call, (uint32_t)asked);
	for (i = 0; i < count; i++) {
		if (!is_asked(&attributes[i]))
			continue;
		room = attributes[i].pValue == NULL ? 0 : wire_length(form_of(attributes[i].type), attributes[i].ulValueLen);
		put_uint32(call, (uint32_t)attributes[i].type);
		put_uint32(call, (uint32_t)(room < WIRE_BODY_MAX ? room : WIRE_BODY_MAX));
	}
}

/* A value, converted into memory form; NULL with length 0 where only its length
 * was sent. scratch holds a number. */
static const void *get_value(struct call *call, enum form form, unsigned char scratch[sizeof(CK_ULONG)], size_t *length)
{
	const unsigned char *native;
	CK_ULONG number;

	switch (form) {
	case FORM_BYTE:
		*scratch = get_byte(call);
		*length = 1;
		return scratch;
	case FORM_ULONG:
		number = get_ulong(call);
		memcpy(scratch, &number, sizeof number);
		*length = sizeof number;
		return scratch;
	case FORM_NATIVE:
		native = get_blob(call, length);
		if (native == NULL || *length != 8)
			return native;
		number = (CK_ULONG)__builtin_bswap64(load64(native));
		memcpy(scratch, &number, sizeof number);
		*length = sizeof number;
		return scratch;
	default:
		return get_blob(call, length);
	}
}

/* The elements of a list go straight into the caller's memory, as far as there
 * is room; those that have none are read over. */
static CK_ULONG get_mechanisms(struct call *call, unsigned char *memory, CK_ULONG room)
{
	uint32_t i, count = get_uint32(call);
	CK_ULONG number;

	for (i = 0; i < count && !call->broken; i++) {
		number = get_ulong(call);
		if (memory != NULL && room / sizeof number > i)
			memcpy(memory + i * sizeof number, &number, sizeof number);
	}
	return count * sizeof number;
}

/* One attribute into the caller's: value and length, or that there is no room,
 * or only the length. */
static void get_attribute(struct call *call, CK_ATTRIBUTE *attribute)
{
	enum form form = form_of(attribute->type);
	CK_ULONG length, room = attribute->ulValueLen;
	unsigned char scratch[sizeof(CK_ULONG)];
	const void *value = NULL;
	size_t sent;

	if (get_uint32(call) != attribute->type) {
		call_break(call);
		return;
	}
	if (get_byte(call) == 0) {
		attribute->ulValueLen = CK_UNAVAILABLE_INFORMATION;
		return;
	}
	length = memory_length(form, get_uint32(call));
	if (form == FORM_MECHANISMS)
		sent = get_mechanisms(call, attribute->pValue, room);
	else
		value = get_value(call, form, scratch, &sent);
	if (call->broken)
		return;
	if (attribute->pValue == NULL) {
		attribute->ulValueLen = length;
		return;
	}
	if (length > room) {
		attribute->ulValueLen = CK_UNAVAILABLE_INFORMATION;
		call_fail(call, CKR_BUFFER_TOO_SMALL);
		return;
	}
	if (sent != length) {
		call_break(call);
		return;
	}
	if (value != NULL && length > 0)
		memcpy(attribute->pValue, value, length);
	attribute->ulValueLen = length;
}

/* C_GetAttributeValue fills in what it can and says the worst. */
void get_attributes(struct call *call, CK_ATTRIBUTE *attributes, CK_ULONG count)
{
	CK_ULONG i, asked = get_uint32(call);
	CK_RV rv, missing = CKR_OK;

	for (i = 0; i < count && !call->broken; i++) {
		if (!is_asked(&attributes[i])) {
			attributes[i].ulValueLen = CK_UNAVAILABLE_INFORMATION;
			missing = CKR_ATTRIBUTE_TYPE_INVALID;
			continue;
		}
		if (asked-- == 0)
			call_break(call);
		get_attribute(call, &attributes[i]);
	}
	rv = get_ulong(call);
	if (asked != 0 || (rv != CKR_OK && rv != CKR_ATTRIBUTE_SENSITIVE && rv != CKR_ATTRIBUTE_TYPE_INVALID && rv != CKR_BUFFER_TOO_SMALL))
		call_break(call);
	if (call->broken)
		return;
	/* What the agent says weighs more than a buffer that is too small. */
	if (rv != CKR_OK)
		call->rv = rv;
	call_fail(call, missing);
}
