{{ name }}:{% if help %} ## {{ help }}{% endif %}{{ "\n" }}	{{ runner }} {{ command }}{% if args %} $(args){% endif %}{% if decode_log %} $(DECODE_LOG){% endif %}
